import { defaultRangeExtractor, type Range, useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'

import { useKeptScroll } from '../ui/scrolling'

const loadAhead = 30 // rows before the end at which the next page is read

interface Options {
  /** Under which the scroll position is kept. */
  page: string
  /** Changes when another list is shown. */
  name: string
  /** The IDs of all rows. */
  ids: readonly string[]
  /** The row that has, or had, the focus. */
  active: string | null
  /** The usual height of a row, in pixels. */
  rowHeight: number
  onFocus: (id: string) => void
  /** Called with the rows on the screen. */
  onSee?: (ids: readonly string[]) => void
  onNearEnd?: () => void
}

/** A list of rows of which one has the focus, and only those on the screen and that one are in the DOM. Rows carry data-row with their ID. */
export interface RowGrid {
  scroller: RefObject<HTMLDivElement | null>
  items: readonly VirtualItem[]
  /** The height of all rows, in pixels. */
  height: number
  measure: (element: HTMLElement | null) => void
  /** The index of the active row. */
  at: number
  /** Moves the focus to a row, or to the nearest that exists. */
  go: (index: number) => void
  /** Moves the focus as a key says. Returns whether the key moves it. */
  move: (event: KeyboardEvent) => boolean
  /** Reports whether the beginning of the list is on the screen and nothing has the focus. */
  isIdle: () => boolean
}

/** Returns the rows on the screen, and what moves the focus among all. */
export function useRowGrid({ page, name, ids, active, rowHeight, onFocus, onSee, onNearEnd }: Options): RowGrid {
  const scroller = useRef<HTMLDivElement>(null)
  const focusWanted = useRef<string | null>(null)
  const at = Math.max(0, active === null ? 0 : ids.indexOf(active))
  const keep = useCallback((range: Range) => {
    const indexes = defaultRangeExtractor(range)
    return indexes.includes(at) || at >= range.count ? indexes : [...indexes, at].sort((a, b) => a - b)
  }, [at])
  const virtualizer = useVirtualizer({
    count: ids.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, getItemKey: (index) => ids[index] ?? index,
    overscan: 6, rangeExtractor: keep, scrollPaddingStart: 44,
  })
  useKeptScroll(scroller, page, name)
  const items = virtualizer.getVirtualItems()
  const seen = items.map(({ key }) => String(key)).join(' ')
  const last = items.at(-1)?.index ?? 0

  useEffect(() => onSee?.(seen === '' ? [] : seen.split(' ')), [seen, onSee])
  useEffect(() => {
    if (ids.length > 0 && last >= ids.length - loadAhead) onNearEnd?.()
  }, [last, ids.length, onNearEnd])

  const elementOf = (id: string) => scroller.current?.querySelector<HTMLElement>(`[data-row="${id}"]`) ?? null
  useLayoutEffect(() => {
    if (focusWanted.current === null) return
    const element = elementOf(focusWanted.current)
    if (!element) return
    focusWanted.current = null
    element.focus({ preventScroll: true })
  })
  const go = (index: number) => {
    const to = Math.max(0, Math.min(ids.length - 1, index))
    const id = ids[to]
    if (id === undefined) return
    focusWanted.current = id
    onFocus(id)
    virtualizer.scrollToIndex(to)
    const element = elementOf(id)
    if (element && document.activeElement !== element) element.focus({ preventScroll: true })
  }
  const move = ({ key }: KeyboardEvent) => {
    const height = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + height, PageUp: at - height, Home: 0, End: ids.length - 1 }
    const to = moves[key]
    if (to !== undefined) go(to)
    return to !== undefined
  }
  return {
    scroller, items, height: virtualizer.getTotalSize(), measure: virtualizer.measureElement, at, go, move,
    isIdle: () => (scroller.current?.scrollTop ?? 0) < rowHeight && (document.activeElement === null || document.activeElement === document.body || document.activeElement.id === 'content'),
  }
}
