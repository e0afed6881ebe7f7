import { type KeyboardEvent, type RefObject, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'

import type { Explained } from '../organizations/explaining'
import gridStyles from '../organizations/Grid.module.css'
import { move, type Position, within } from '../organizations/keys'
import { layoutOf } from '../organizations/layout'
import { rowHeight, useVirtualGrid, useWidth } from '../organizations/useVirtualGrid'
import { useKeptScroll } from '../ui/scrolling'
import { asOf } from '../words/asof'
import styles from './AsOf.module.css'
import { AsOfRow } from './AsOfRow'
import type { PastColumn, Today } from './differences'
import type { State } from './SnapshotList'

const text = asOf.grid
const loadAhead = 30 // rows below the screen that are read as well

/** A column and how the person has arranged it. */
export type ShownColumn = PastColumn & { width: number | null; pinned: boolean }

export interface GridHandle {
  /** Returns the focus to the cell that has it, or had it last. */
  focus: () => void
  /** Returns the element of a cell, if it is on the screen. */
  cell: (address: Explained) => HTMLElement | null
}

interface Props {
  at: string
  /** Changes when other rows are listed; not when the same search is listed as of another moment. */
  name: string
  state: State
  columns: readonly ShownColumn[]
  todayOf: (organizationId: string) => Today
  empty: string
  handle: RefObject<GridHandle | null>
  /** Called with the first and last visible rows, and with how many rows the list should have by now. */
  onSee: (first: number, last: number, wanted: number) => void
  onPositionChange: (row: number) => void
  enter: (address: Explained) => void
}

/** The organizations of a snapshot as rows and its integrations as columns. Nothing in it can be changed. */
export function AsOfGrid({ at, name, state, columns, todayOf, empty, handle, onSee, onPositionChange, enter }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [position, setPosition] = useState<Position>({ row: 0, column: 0 })
  const focusWanted = useRef(false)
  const room = useWidth(scroller)
  const layout = useMemo(() => layoutOf(columns, room), [columns, room])
  // While another snapshot is read, the rows keep their room, so that the grid does not jump to the top.
  const [known, setKnown] = useState(0)
  const { rows, total } = state
  useEffect(() => {
    if (total !== null) setKnown(total)
  }, [total])
  const { rowVirtualizer, columnVirtualizer, scrollTo } = useVirtualGrid(scroller, known, layout, position)
  useKeptScroll(scroller, 'asOf', name)
  const virtualRows = rowVirtualizer.getVirtualItems()
  const visible = columnVirtualizer.getVirtualItems()
  const [first, last] = [rowVirtualizer.range?.startIndex ?? 0, rowVirtualizer.range?.endIndex ?? 0]
  useEffect(() => onSee(first, last, last + 1 + loadAhead), [first, last, state, onSee])
  useEffect(() => onPositionChange(position.row), [position.row, onPositionChange])

  const elementAt = ({ row, column }: Position) => scroller.current?.querySelector<HTMLElement>(`[data-grid-position="${row}:${column}"]`) ?? null
  useLayoutEffect(() => {
    if (!focusWanted.current) return
    const element = elementAt(position)
    if (!element) return
    focusWanted.current = false
    element.focus({ preventScroll: true })
  })
  useImperativeHandle(handle, () => ({
    focus: () => elementAt(position)?.focus({ preventScroll: true }),
    cell: ({ organizationId, integrationId }) => scroller.current?.querySelector<HTMLElement>(`[data-cell="${organizationId} ${integrationId}"]`) ?? null,
  }), [position])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.shiftKey || !(event.target instanceof HTMLElement) || !event.target.matches('[data-grid-position]')) return
    const next = move(position, event, { rows: known, columns: columns.length + 1, page: Math.max(1, virtualRows.length - 18) })
    if (!next) return
    event.preventDefault()
    const to = within(next, { row: known - 1, column: columns.length })
    focusWanted.current = true
    setPosition(to)
    scrollTo(to)
  }
  const moveFocus = useCallback((row: number, column: number) => setPosition((now) => (now.row === row && now.column === column ? now : { row, column })), [])

  return (
    <div ref={scroller} className={gridStyles.scroller} role="grid" aria-label={text.label(at)} aria-readonly="true" aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={columns.length + 1} aria-busy={total === null && state.problem === null} onKeyDown={onKeyDown}
      style={{ '--name-width': `${layout.nameWidth}px`, '--row-height': `${rowHeight}px` } as never}>
      <div className={gridStyles.header} role="row" aria-rowindex={1} style={{ width: layout.end }}>
        <div className={gridStyles.corner} role="columnheader" aria-colindex={1} aria-sort="ascending" data-grid-position="-1:0"
          tabIndex={position.row === -1 && position.column === 0 ? 0 : -1} onFocus={() => moveFocus(-1, 0)}>
          {text.nameColumn}
        </div>
        {visible.map(({ index }) => {
          const column = columns[index]
          return column && (
            <div key={column.id} className={`${gridStyles.heading} ${styles.heading}`} role="columnheader" aria-colindex={index + 2} style={layout.places[index]}
              data-grid-position={`-1:${index + 1}`} tabIndex={position.row === -1 && position.column === index + 1 ? 0 : -1} onFocus={() => moveFocus(-1, index + 1)}>
              <strong title={column.name}>{column.name}</strong>
              {column.gone && <span>{text.disconnected}</span>}
            </div>
          )
        })}
      </div>
      <div role="rowgroup" className={gridStyles.body} style={{ height: rowVirtualizer.getTotalSize(), width: layout.end }}>
        {virtualRows.map(({ index, key, start }) => {
          const past = rows[index]
          return (
            <AsOfRow key={key} row={index} top={start} past={past} today={past && todayOf(past.id)} columns={columns} visible={visible} places={layout.places}
              activeColumn={position.row === index ? position.column : null} moveFocus={moveFocus} enter={enter} />
          )
        })}
      </div>
      {total === 0 && <p className={gridStyles.empty}>{empty}</p>}
    </div>
  )
}
