import { useVirtualizer, type Range } from '@tanstack/react-virtual'
import { defaultRangeExtractor } from '@tanstack/react-virtual'
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'

import type { Integration, Organization } from '../api/documents'
import { useKeptScroll } from '../ui/scrolling'
import { count, plural } from '../ui/words'
import type { GridActions } from './actions'
import { ColumnHeader } from './ColumnHeader'
import styles from './Grid.module.css'
import { move, type Place } from './keys'
import { Row } from './Row'
import { type List, useRows } from './pages'
import { useNames } from './useNames'

const rowHeight = 37
const leastColumnWidth = 216
const mostColumnWidth = 340

/** Shown until the first page is loaded. */
const waiting = Array.from({ length: 12 }, (_, row) => (
  <div key={row} className={styles.waiting} style={{ top: row * rowHeight }} aria-hidden="true"><span className={styles.skeleton} /></div>
))

interface Props {
  list: List
  reading: number
  /** How much of the quota is used; a change means that organizations were added or removed. */
  used: number | undefined
  integrations: readonly Integration[]
  editable: boolean
  /** False while another list is about to be requested. */
  settled: boolean
  actions: GridActions
  empty: string
  handle: RefObject<GridHandle | null>
  onPlace: (row: number, total: number | null) => void
  onProblem: (problem: string | null) => void
}

export interface GridHandle {
  /** Returns the focus to the cell that has it, or had it last. */
  focus: () => void
  /** Returns the element of a cell, if it is on the screen. */
  cell: (organizationId: string, integrationId: string) => HTMLElement | null
}

/** The organizations as rows and the integrations as columns. Only visible cells and the focused cell are in the DOM. */
export function Grid({ list, reading, used, integrations, editable, settled, actions, empty, handle, onPlace, onProblem }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 })
  const focusWanted = useRef(false)
  const room = useWidth(scroller)
  const nameWidth = Math.round(Math.max(150, Math.min(320, room * 0.26)))
  const columnWidth = Math.max(leastColumnWidth, Math.min(mostColumnWidth, Math.floor((room - nameWidth) / Math.max(1, integrations.length))))

  // Row indexes include the header as row -1, so that virtual rows and grid positions agree.
  const [known, setKnown] = useState(0)
  const keepRow = useCallback((range: Range) => withOne(defaultRangeExtractor(range), place.row, known), [place.row, known])
  const keepColumn = useCallback(
    (range: Range) => withOne(defaultRangeExtractor(range), place.column - 1, integrations.length),
    [place.column, integrations.length],
  )
  const rowVirtualizer = useVirtualizer({
    count: known, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8, rangeExtractor: keepRow,
    scrollPaddingStart: 68,
  })
  const columnVirtualizer = useVirtualizer({
    horizontal: true, count: integrations.length, getScrollElement: () => scroller.current, estimateSize: () => columnWidth,
    overscan: 2, rangeExtractor: keepColumn, scrollPaddingStart: nameWidth,
  })
  useLayoutEffect(() => columnVirtualizer.measure(), [columnVirtualizer, columnWidth])
  const virtualRows = rowVirtualizer.getVirtualItems()
  const virtualColumns = columnVirtualizer.getVirtualItems()
  const range = rowVirtualizer.range
  const rows = useRows(list, range?.startIndex ?? 0, range?.endIndex ?? 0, reading)
  const total = rows.total
  const [scrolled, setScrolled] = useState(false)
  const listKey = JSON.stringify(list)
  useKeptScroll(scroller, 'grid', listKey)
  const nameAt = useNames(list, total, scrolled, used)

  useEffect(() => {
    if (total !== null) setKnown(total)
  }, [total])
  useEffect(() => onProblem(rows.problem), [rows.problem, onProblem])
  useEffect(() => onPlace(place.row, total), [place.row, total, onPlace])

  useEffect(() => {
    setScrolled(false)
    setPlace((current) => ({ ...current, row: Math.min(current.row, 0) }))
  }, [listKey])

  useFollow(rows.at, known, place, setPlace)

  const focusPlace = useCallback(() => {
    const element = scroller.current?.querySelector<HTMLElement>(`[data-place="${place.row}:${place.column}"]`)
    if (!element) return false
    element.focus({ preventScroll: true })
    return true
  }, [place])

  useLayoutEffect(() => {
    if (focusWanted.current && focusPlace()) focusWanted.current = false
  })

  useImperativeHandle(handle, () => ({
    focus: () => void focusPlace(),
    cell: (organizationId, integrationId) =>
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${organizationId} ${integrationId}"]`) ?? null,
  }), [focusPlace])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || !(event.target instanceof HTMLElement) || !event.target.closest('[data-place]')) return
    const next = move(place, event, { rows: known, columns: integrations.length + 1, page: Math.max(1, virtualRows.length - 18) })
    if (!next) return
    event.preventDefault()
    focusWanted.current = true
    setPlace(next)
    if (next.row >= 0) rowVirtualizer.scrollToIndex(next.row)
    if (next.column > 0) columnVirtualizer.scrollToIndex(next.column - 1)
    else scroller.current?.scrollTo({ left: 0 })
  }

  const stand = useCallback((row: number, column: number) => setPlace((current) =>
    current.row === row && current.column === column ? current : { row, column }), [])

  const width = nameWidth + integrations.length * columnWidth
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label="Organizations, and what they are mapped to in each integration"
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={integrations.length + 1}
      aria-readonly={!editable}
      aria-busy={total === null || !settled}
      onKeyDown={onKeyDown}
      onScroll={(event) => event.currentTarget.scrollTop > 0 && setScrolled(true)}
      style={{ '--name-width': `${nameWidth}px`, '--column-width': `${columnWidth}px`, '--row-height': `${rowHeight}px` } as never}
    >
      <div className={styles.header} role="row" aria-rowindex={1} style={{ width }}>
        <div
          className={styles.corner}
          role="columnheader"
          aria-colindex={1}
          aria-sort="ascending"
          data-place="-1:0"
          tabIndex={place.row === -1 && place.column === 0 ? 0 : -1}
          onFocus={() => stand(-1, 0)}
        >
          Organization Name
        </div>
        {virtualColumns.map((column) => {
          const integration = integrations[column.index]
          return integration && (
            <ColumnHeader
              key={integration.id}
              integration={integration}
              column={column.index + 1}
              left={nameWidth + column.start}
              active={place.row === -1 && place.column === column.index + 1}
              editable={editable}
              stand={stand}
              actions={actions}
            />
          )
        })}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rowVirtualizer.getTotalSize(), width }}>
        {total === null && known === 0 && waiting}
        {virtualRows.map((row) => (
          <Row
            key={row.key}
            row={row.index}
            top={row.start}
            organization={rows.at(row.index)}
            name={rows.at(row.index)?.name ?? nameAt(row.index)}
            integrations={integrations}
            columns={virtualColumns}
            nameWidth={nameWidth}
            activeColumn={place.row === row.index ? place.column : null}
            editable={editable}
            stand={stand}
            actions={actions}
          />
        ))}
      </div>
      {total === 0 && <p className={styles.empty} style={{ left: 0 }}>{empty}</p>}
    </div>
  )
}

/** Adds the focused item to the visible ones: removing a focused element moves the focus to the top of the page. */
function withOne(indexes: number[], index: number, length: number): number[] {
  if (index < 0 || index >= length || indexes.includes(index)) return indexes
  return [...indexes, index].sort((a, b) => a - b)
}

/** Returns the width of the grid: the frozen column leaves room for the others on narrow screens, and a few columns share a wide one. */
function useWidth(scroller: RefObject<HTMLDivElement | null>): number {
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

/** Moves the position along with its organization when rows are inserted above it. */
function useFollow(at: (row: number) => Organization | undefined, total: number, place: Place, setPlace: (place: Place) => void) {
  const followed = useRef<{ row: number; id: string } | null>(null)
  useEffect(() => {
    const here = at(place.row)
    if (!here) return
    const before = followed.current
    followed.current = { row: place.row, id: here.id }
    if (!before || before.row !== place.row || before.id === here.id) return
    for (const row of [place.row + 1, place.row - 1, place.row + 2, place.row - 2]) {
      if (row >= 0 && row < total && at(row)?.id === before.id) {
        followed.current = { row, id: before.id }
        setPlace({ ...place, row })
        return
      }
    }
  })
}

export const rowWords = (row: number, total: number | null) =>
  total === null ? 'Loading…' : total === 0 ? 'No rows' : row < 0 ? plural(total, 'row') : `Row ${count(row + 1)} of ${count(total)}`
