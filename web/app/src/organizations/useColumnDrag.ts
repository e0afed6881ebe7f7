import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'

import { allowedWidth, type Column } from './columns'
import { dropIndex, type Layout } from './layout'
import type { Arranging } from './useColumns'

const startDistance = 6 // pixels that the pointer moves before a click becomes a drag
const edge = 40 // pixels from an edge of the grid where it scrolls while a column is dragged
const scrollStep = 14 // pixels a frame

export interface ColumnDrag {
  /** Where a dragged column would land, in pixels from the left of the grid's content; null if none is dragged. */
  dropAt: number | null
  /** Begins to move a column, on pointerdown on its heading. */
  startMove: (event: PointerEvent, index: number) => void
  /** Begins to resize a column, on pointerdown on its edge. */
  startResize: (event: PointerEvent, index: number) => void
}

/**
 * Lets columns be moved and resized with the pointer. Escape ends a drag without a change. onResize gets the width of a column while
 * its edge is dragged, and null at the end.
 */
export function useColumnDrag(
  scroller: RefObject<HTMLElement | null>, columns: readonly Column[], layout: Layout, arranging: Arranging,
  onResize: (resized: { id: string; width: number } | null) => void,
): ColumnDrag {
  const [dropAt, setDropAt] = useState<number | null>(null)
  const latest = useRef({ columns, layout, arranging })
  useEffect(() => {
    latest.current = { columns, layout, arranging }
  })
  const end = useRef(() => undefined as void)
  useEffect(() => () => end.current(), [])

  const [starters] = useState(() => {
    const startResize = (event: PointerEvent, index: number) => {
      const column = latest.current.columns[index]
      if (event.button !== 0 || !column) return
      event.preventDefault()
      const { id } = column.integration
      const from = { x: event.clientX, width: latest.current.layout.widths[index]! }
      let width = from.width
      end.current = listen({
        onMove: ({ clientX }) => {
          width = allowedWidth(from.width + clientX - from.x)
          onResize({ id, width })
        },
        onEnd: (dropped) => {
          onResize(null)
          if (dropped && width !== from.width) latest.current.arranging.set(id, { width })
        },
      })
    }

    const startMove = (event: PointerEvent, index: number) => {
      const id = latest.current.columns[index]?.integration.id
      if (event.button !== 0 || event.pointerType === 'touch' || id === undefined) return // touch scrolls; the menu moves columns
      const fromX = event.clientX
      let x = fromX
      let before: number | null = null
      let frame = 0
      const update = () => {
        const { columns, layout } = latest.current
        const grid = scroller.current
        const now = columns.findIndex(({ integration }) => integration.id === id)
        if (!grid || now < 0) return
        const inside = x - grid.getBoundingClientRect().left
        if (now >= layout.sticky) {
          if (inside > grid.clientWidth - edge) grid.scrollLeft += scrollStep
          else if (inside < layout.stickyEnd + edge) grid.scrollLeft -= scrollStep
        }
        before = dropIndex(columns, layout, now, inside, grid.scrollLeft)
        setDropAt((layout.starts[before] ?? layout.end) + (before < layout.sticky ? grid.scrollLeft : 0))
        frame = requestAnimationFrame(update)
      }
      end.current = listen({
        onMove: ({ clientX }) => {
          x = clientX
          if (frame === 0 && Math.abs(x - fromX) >= startDistance) update()
        },
        onEnd: (dropped) => {
          cancelAnimationFrame(frame)
          setDropAt(null)
          if (frame === 0) return
          swallowClick()
          if (dropped && before !== null) latest.current.arranging.move(id, beforeId(latest.current.columns, before))
        },
      })
    }
    return { startMove, startResize }
  })
  return { dropAt, ...starters }
}

/** Returns the ID of the column with an index, or null behind the last one. */
const beforeId = (columns: readonly Column[], index: number) => columns[index]?.integration.id ?? null

interface Handlers {
  onMove: (event: globalThis.PointerEvent) => void
  /** Called once; dropped is false if the drag was given up. */
  onEnd: (dropped: boolean) => void
}

/** Follows the pointer until it is released. Returns a function that gives the drag up. */
function listen({ onMove, onEnd }: Handlers): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const finish = (dropped: boolean) => {
    if (signal.aborted) return
    controller.abort()
    onEnd(dropped)
  }
  window.addEventListener('pointermove', onMove, { signal })
  window.addEventListener('pointerup', () => finish(true), { signal })
  window.addEventListener('pointercancel', () => finish(false), { signal })
  window.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    finish(false)
  }, { signal, capture: true })
  return () => finish(false)
}

/** Keeps the click that ends a drag from opening the menu. */
function swallowClick(): void {
  const controller = new AbortController()
  window.addEventListener('click', (event) => event.stopPropagation(), { capture: true, signal: controller.signal })
  setTimeout(() => controller.abort())
}
