import { type KeyboardEvent, type RefObject, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'

import type { GridRow } from '../api/documents'
import { useKeptScroll } from '../ui/scrolling'
import { words } from '../words'
import type { GridActions } from './actions'
import { ghostKeysId } from './Cell'
import { ColumnHeader } from './ColumnHeader'
import { allowedWidth, type Column, stepTarget } from './columns'
import { neededWidth } from './fit'
import styles from './Grid.module.css'
import { move, type Position, within } from './keys'
import { layoutOf } from './layout'
import { Row } from './Row'
import { type List, useRows } from './pages'
import { columnsIn, type Rectangle } from './range'
import { useColumnDrag } from './useColumnDrag'
import { useGestures } from './useGestures'
import type { Arranging } from './useColumns'
import { useMatching } from './useMatching'
import { useNames } from './useNames'
import { useRange } from './useRange'
import { rowHeight, useVirtualGrid, useWidth } from './useVirtualGrid'

const text = words.organizations.grid

/** Shown until the first page is loaded. */
const waiting = Array.from({ length: 12 }, (_, row) => (
  <div key={row} className={styles.waiting} style={{ top: row * rowHeight }} aria-hidden="true"><span className={styles.skeleton} /></div>
))

interface Props {
  list: List
  /** Counts the times that the list has to be read again. */
  reloads: number
  /** How much of the quota is used; a change means that organizations were added or removed. */
  used: number | undefined
  /** The visible columns. */
  columns: readonly Column[]
  /** The IDs of the integrations whose suggestions the rows have. */
  suggesting: readonly string[]
  arranging: Arranging
  editable: boolean
  /** False while another list is about to be requested. */
  settled: boolean
  actions: GridActions
  empty: string
  handle: RefObject<GridHandle | null>
  onPositionChange: (row: number, total: number | null, selected: Rectangle | null) => void
  onProblem: (problem: string | null) => void
}

export interface GridHandle {
  /** Returns the focus to the cell that has it, or had it last. */
  focus: () => void
  /** Moves the focus to the cell below. */
  down: () => void
  /** Returns an organization that is loaded. */
  row: (organizationId: string) => GridRow | undefined
  /** Returns the element of a cell, if it is on the screen. */
  cell: (organizationId: string, integrationId: string) => HTMLElement | null
}

/** The organizations as rows and the integrations as columns. Only visible cells and the focused cell are in the DOM. */
export function Grid({ list, reloads, used, columns, suggesting, arranging, editable, settled, actions, empty, handle, onPositionChange, onProblem }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [position, setPosition] = useState<Position>({ row: 0, column: 0 })
  const focusWanted = useRef(false)
  const room = useWidth(scroller)
  const integrations = useMemo(() => columns.map(({ integration }) => integration), [columns])
  const [resized, setResized] = useState<{ id: string; width: number } | null>(null)
  const layout = useMemo(() => layoutOf(columns.map(({ integration, width, pinned }) => (
    { width: integration.id === resized?.id ? resized.width : width, pinned })), room), [columns, resized, room])
  const drag = useColumnDrag(scroller, columns, layout, arranging, setResized)

  const [known, setKnown] = useState(0)
  const { rowVirtualizer, columnVirtualizer, scrollTo } = useVirtualGrid(scroller, known, layout, position)
  const virtualRows = rowVirtualizer.getVirtualItems()
  const virtualColumns = columnVirtualizer.getVirtualItems()
  const range = rowVirtualizer.range
  const rows = useRows(list, suggesting, range?.startIndex ?? 0, range?.endIndex ?? 0, reloads)
  useMatching(integrations, suggesting, rows.loadedIds)
  const total = rows.total
  const [scrolled, setScrolled] = useState(false)
  const listKey = JSON.stringify(list)
  useKeptScroll(scroller, 'grid', listKey)
  const nameAt = useNames(list, total, scrolled, used)

  useEffect(() => {
    if (total !== null) setKnown(total)
  }, [total])
  useEffect(() => onProblem(rows.problem), [rows.problem, onProblem])

  useEffect(() => {
    setScrolled(false)
    setPosition((current) => ({ ...current, row: Math.min(current.row, 0) }))
  }, [listKey])

  useFollow(rows.at, known, position, setPosition)

  // Before the effect that moves the focus, which asks whether the focus is where the position is.
  const now = useRef(position)
  useLayoutEffect(() => {
    now.current = position
  })
  const focusPosition = useCallback(() => {
    const element = scroller.current?.querySelector<HTMLElement>(`[data-grid-position="${position.row}:${position.column}"]`)
    if (!element) return false
    element.focus({ preventScroll: true })
    return true
  }, [position])

  // A cell that has loaded is another element. It takes over the focus at once: keys that are pressed meanwhile must not get lost.
  const focused = useRef<Element | null>(null)
  useLayoutEffect(() => {
    const lost = focused.current?.isConnected === false && document.activeElement === document.body
    if ((focusWanted.current || lost) && focusPosition()) focusWanted.current = false
  })
  // After the effect above, which would return the focus to where the column was.
  useFollowColumn(columns, position, setPosition, useCallback(() => {
    if (scroller.current?.contains(document.activeElement) || document.activeElement === document.body) focusWanted.current = true
  }, []))

  const size = useRef({ known, columns: columns.length })
  useEffect(() => {
    size.current = { known, columns: columns.length }
  })
  const go = useCallback((row: number, column: number) => {
    const next = within({ row, column }, { row: size.current.known - 1, column: size.current.columns })
    focusWanted.current = true
    setPosition(next)
    scrollTo(next)
  }, [scrollTo])

  const selection = useRange(position, go)
  const { rectangle, end } = selection
  const onGesture = useGestures(selection, position, editable, { list, suggesting, integrations, total: known, at: rows.at })
  useEffect(end, [listKey, end])
  useEffect(() => onPositionChange(position.row, total, rectangle), [position.row, total, rectangle, onPositionChange])

  useImperativeHandle(handle, () => ({
    focus: () => void focusPosition(),
    down: () => go(position.row + 1, position.column),
    row: (organizationId) => virtualRows.map(({ index }) => rows.at(index)).find((row) => row?.id === organizationId),
    cell: (organizationId, integrationId) =>
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${organizationId} ${integrationId}"]`) ?? null,
  }), [focusPosition, go, position, virtualRows, rows])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || !(event.target instanceof HTMLElement) || !event.target.closest('[data-grid-position]')) return
    const next = move(position, event, { rows: known, columns: integrations.length + 1, page: Math.max(1, virtualRows.length - 18) })
    if (!next) return
    event.preventDefault()
    if (event.shiftKey && position.row >= 0) return selection.extend(next)
    end()
    go(next.row, next.column)
  }

  const moveFocus = useCallback((row: number, column: number) => {
    if (now.current.row === row && now.current.column === column) return
    end()
    setPosition({ row, column })
  }, [end])

  const fit = useCallback((id: string) => {
    const grid = scroller.current
    const cells = [...grid?.querySelectorAll<HTMLElement>('[data-cell]') ?? []].filter((cell) => cell.dataset.cell!.endsWith(` ${id}`))
    const heading = grid?.querySelector<HTMLElement>(`[data-heading="${id}"]`)
    arranging.set(id, { width: allowedWidth(Math.max(heading ? neededWidth(heading) : 0, ...cells.map(neededWidth))) })
  }, [arranging])

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={text.label}
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={integrations.length + 1}
      aria-readonly={!editable}
      aria-multiselectable="true"
      aria-busy={total === null || !settled}
      {...selection.mouse}
      onKeyDownCapture={onGesture}
      onFocusCapture={({ target }) => { focused.current = target }}
      onKeyDown={onKeyDown}
      onScroll={(event) => event.currentTarget.scrollTop > 0 && setScrolled(true)}
      style={{ '--name-width': `${layout.nameWidth}px`, '--row-height': `${rowHeight}px` } as never}
    >
      <div className={styles.header} role="row" aria-rowindex={1} style={{ width: layout.end }}>
        <div
          className={styles.corner}
          role="columnheader"
          aria-colindex={1}
          aria-sort="ascending"
          data-grid-position="-1:0"
          tabIndex={position.row === -1 && position.column === 0 ? 0 : -1}
          onFocus={() => moveFocus(-1, 0)}
        >
          {text.nameColumn}
        </div>
        {virtualColumns.map(({ index }) => {
          const column = columns[index]
          return column && (
            <ColumnHeader
              key={column.integration.id}
              integration={column.integration}
              chosen={column}
              column={index + 1}
              place={layout.places[index]!}
              left={stepTarget(columns, column.integration.id, -1)}
              right={stepTarget(columns, column.integration.id, 1)}
              active={position.row === -1 && position.column === index + 1}
              editable={editable}
              moveFocus={moveFocus}
              actions={actions}
              arranging={arranging}
              onFit={fit}
              onMoveStart={drag.startMove}
              onResizeStart={drag.startResize}
            />
          )
        })}
        {drag.dropAt !== null && <span className={styles.dropMark} style={{ left: drag.dropAt }} aria-hidden="true" />}
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rowVirtualizer.getTotalSize(), width: layout.end }}>
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
            places={layout.places}
            activeColumn={position.row === row.index ? position.column : null}
            selectedFrom={columnsIn(rectangle, row.index)[0]}
            selectedTo={columnsIn(rectangle, row.index)[1]}
            editable={editable}
            moveFocus={moveFocus}
            go={go}
            actions={actions}
          />
        ))}
      </div>
      <span id={ghostKeysId} hidden>{words.suggestions.cell.keys}</span>
      {total === 0 && <p className={styles.empty} style={{ left: 0 }}>{empty}</p>}
    </div>
  )
}

/** Moves the position along with its column when columns are moved, hidden or added before it. onMove is called before it moves. */
function useFollowColumn(columns: readonly Column[], position: Position, setPosition: (position: Position) => void, onMove: () => void) {
  const before = useRef(columns)
  useLayoutEffect(() => {
    const id = before.current[position.column - 1]?.integration.id
    before.current = columns
    if (id === undefined || columns[position.column - 1]?.integration.id === id) return
    const index = columns.findIndex(({ integration }) => integration.id === id)
    onMove()
    setPosition({ ...position, column: index < 0 ? Math.min(position.column, columns.length) : index + 1 })
    // Only a change of the columns moves the position.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [columns])
}

/** Moves the position along with its organization when rows are inserted above it. */
function useFollow(at: (row: number) => GridRow | undefined, total: number, position: Position, setPosition: (position: Position) => void) {
  const followed = useRef<{ row: number; id: string } | null>(null)
  useEffect(() => {
    const here = at(position.row)
    if (!here) return
    const before = followed.current
    followed.current = { row: position.row, id: here.id }
    if (!before || before.row !== position.row || before.id === here.id) return
    for (const row of [position.row + 1, position.row - 1, position.row + 2, position.row - 2]) {
      if (row >= 0 && row < total && at(row)?.id === before.id) {
        followed.current = { row, id: before.id }
        setPosition({ ...position, row })
        return
      }
    }
  })
}
