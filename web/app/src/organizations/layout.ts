import type { CSSProperties } from 'react'

import { type Column, widths } from './columns'

const maxSharedWidth = 340 // pixels: the widest that a column becomes unless someone chose its width

/** Where the columns of the grid are, in pixels from the left of its content. */
export interface Layout {
  nameWidth: number
  /** The width of each column. */
  widths: readonly number[]
  /** The left edge of each column. */
  starts: readonly number[]
  /** The right edge of the last column. */
  end: number
  /** How many columns, from the left, stay in view beside the names. */
  sticky: number
  /** The right edge of what stays in view. */
  stickyEnd: number
  /** The style of each column's heading and cells. */
  places: readonly CSSProperties[]
}

/**
 * Returns the layout of columns in a grid that is room pixels wide. Columns without a chosen width share what is left of a wide grid.
 * Pinned columns stay in view only as long as they leave room for another one.
 */
export function layoutOf(columns: readonly Pick<Column, 'width' | 'pinned'>[], room: number): Layout {
  const nameWidth = Math.round(Math.max(150, Math.min(320, room * 0.26)))
  const chosen = columns.reduce((sum, { width }) => sum + (width ?? 0), 0)
  const sharing = columns.filter(({ width }) => width === null).length
  const shared = Math.max(widths.medium, Math.min(maxSharedWidth, Math.floor((room - nameWidth - chosen) / Math.max(1, sharing))))
  const all = columns.map(({ width }) => width ?? shared)
  const starts: number[] = []
  let end = nameWidth
  let sticky = 0
  let stickyEnd = nameWidth
  for (const [index, width] of all.entries()) {
    starts.push(end)
    end += width
    if (index === sticky && columns[index]!.pinned && end + widths.small <= room) {
      sticky++
      stickyEnd = end
    }
  }
  const places = all.map((width, index): CSSProperties => {
    const left = starts[index]!
    if (index >= sticky) return { left, width }
    return { position: 'sticky', flex: 'none', zIndex: 2, left, width, ...(index === sticky - 1 && { borderRightColor: 'var(--line-strong)' }) }
  })
  return { nameWidth, widths: all, starts, end, sticky, stickyEnd, places }
}

/** Adds items that must be in the DOM to the visible ones, in order. */
export function withAlso(indexes: readonly number[], also: readonly number[], length: number): number[] {
  const all = new Set([...indexes, ...also.filter((index) => index >= 0 && index < length)])
  return [...all].sort((a, b) => a - b)
}

/**
 * Returns the index of the column before which a dragged one lands if it is dropped at x, in pixels from the grid's left edge.
 * It stays among the pinned columns, or among the others.
 */
export function dropIndex(columns: readonly Pick<Column, 'pinned'>[], layout: Layout, dragged: number, x: number, scrollLeft: number): number {
  const first = columns.findIndex(({ pinned }) => pinned === columns[dragged]!.pinned)
  const last = columns.findLastIndex(({ pinned }) => pinned === columns[dragged]!.pinned)
  for (let index = first; index <= last; index++) {
    const left = layout.starts[index]! - (index < layout.sticky ? 0 : scrollLeft)
    if (x < left + layout.widths[index]! / 2) return index
  }
  return last + 1
}
