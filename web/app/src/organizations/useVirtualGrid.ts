import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

import type { Position } from './keys'
import { type Layout, withAlso } from './layout'

export const rowHeight = 37 // pixels

type Direction = Virtualizer<HTMLDivElement, Element>

export interface VirtualGrid {
  rowVirtualizer: Direction
  columnVirtualizer: Direction
  /** Scrolls to a cell. It never changes. */
  scrollTo: (position: Position) => void
}

/**
 * Decides which cells of a grid are in the DOM: the visible ones, those of the focused row and column, and the columns that stay in view.
 * Row indexes include the header as row -1, so that virtual rows and grid positions agree.
 */
export function useVirtualGrid(scroller: RefObject<HTMLDivElement | null>, rows: number, layout: Layout, position: Position): VirtualGrid {
  const keepRow = useCallback((range: Range) => withAlso(defaultRangeExtractor(range), [position.row], rows), [position.row, rows])
  const keepColumns = useCallback(
    (range: Range) => withAlso(defaultRangeExtractor(range), [position.column - 1, ...Array(layout.sticky).keys()], layout.widths.length),
    [position.column, layout],
  )
  const rowVirtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: rows, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8, rangeExtractor: keepRow,
    scrollPaddingStart: 68,
  })
  const columnVirtualizer = useVirtualizer<HTMLDivElement, Element>({
    horizontal: true, count: layout.widths.length, getScrollElement: () => scroller.current, estimateSize: (index) => layout.widths[index]!,
    overscan: 2, rangeExtractor: keepColumns, paddingStart: layout.nameWidth, scrollPaddingStart: layout.stickyEnd,
  })
  useLayoutEffect(() => columnVirtualizer.measure(), [columnVirtualizer, layout])
  const sticky = useRef(layout.sticky)
  useEffect(() => {
    sticky.current = layout.sticky
  })
  const scrollTo = useCallback(({ row, column }: Position) => {
    if (row >= 0) rowVirtualizer.scrollToIndex(row)
    if (column > sticky.current) columnVirtualizer.scrollToIndex(column - 1)
    else if (column === 0) scroller.current?.scrollTo({ left: 0 })
  }, [rowVirtualizer, columnVirtualizer, scroller])
  return { rowVirtualizer, columnVirtualizer, scrollTo }
}

/** Returns the width of the grid: the frozen column leaves room for the others on narrow screens, and a few columns share a wide one. */
export function useWidth(scroller: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(1_000)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    setWidth(element.clientWidth)
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return width
}
