import { type KeyboardEvent, type ReactNode, type RefObject, useImperativeHandle, useMemo } from 'react'

import type { State } from '../live/LiveList'
import { useRowGrid } from '../live/useRowGrid'
import { byTool } from '../words/byTool'
import styles from './ByTool.module.css'
import type { LensRow as Row } from './documents'
import { LensRow } from './LensRow'
import type { Choice, RowActions } from './rowActions'
import { possible, type Selection } from './rows'

const text = byTool.list
const rowHeight = 53

export interface GridHandle {
  /** Moves the focus to a row, or to the first row. */
  focus: (id: string | null) => void
  /** Moves the focus to the row below. */
  below: (id: string) => void
  /** Returns the element that an explanation stands beside. */
  match: (id: string) => HTMLElement | null
  /** Reports whether the beginning of the list is on the screen and nothing has the focus. */
  isIdle: () => boolean
}

interface Props {
  /** Changes when another list is shown. */
  name: string
  state: State<Row>
  toolOf: (integrationId: string) => string
  /** The integration that the list is limited to; null: all. */
  tool: string | null
  active: string | null
  selected: Selection
  open: { id: string; choice: Choice } | null
  searching: string | null
  explained: string | null
  busy: ReadonlySet<string>
  editable: boolean
  /** Whether the list has been loading for a while. */
  slow: boolean
  selectAll: ReactNode
  empty: string
  handle: RefObject<GridHandle | null>
  actions: RowActions
  onSee: (ids: readonly string[]) => void
  onNearEnd: () => void
}

/** The rows of the list. Only those on the screen and the focused one are in the DOM. */
export function LensGrid(props: Props) {
  const { name, state, toolOf, tool, active, selected, open, searching, explained, busy, editable, slow, selectAll, empty, handle, actions, onSee, onNearEnd } = props
  const { rows, total } = state
  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  const { scroller, items, height, measure, at, go, move, isIdle } = useRowGrid({ page: 'byTool', name, ids, active, rowHeight, onFocus: actions.focus, onSee, onNearEnd })

  useImperativeHandle(handle, () => ({
    focus: (id) => go(id === null ? 0 : rows.findIndex((row) => row.id === id)),
    below: (id) => go(rows.findIndex((row) => row.id === id) + 1),
    match: (id) => scroller.current?.querySelector<HTMLElement>(`[data-match="${id}"]`) ?? null,
    isIdle,
  }))

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return
    const onRow = event.target.matches('[data-row]')
    const row = rows[at]
    if (!row || !event.target.closest('[data-row]')) return
    if (onRow && move(event)) return event.preventDefault()
    if (!handleKey(event, row, onRow)) return
    event.preventDefault()
  }

  /** Carries out a key on a row. Returns whether the key means anything there. */
  const handleKey = (event: KeyboardEvent, row: Row, onRow: boolean): boolean => {
    const can = possible(row)
    const isOpen = open?.id === row.id
    const comparable = row.candidates.length > 0 && can.create
    if (event.key === 'Escape' && (isOpen || !onRow)) {
      if (onRow) actions.open(row, false)
      go(at)
      return true
    }
    if (comparable && editable && /^[0-3]$/.test(event.key)) {
      const number = Number(event.key)
      if (number > row.candidates.length) return false
      actions.choose(row, number === 0 ? 'none' : number - 1)
      go(at)
      return true
    }
    if (!onRow) return false
    switch (event.key) {
      case 'Enter':
        if (event.repeat) return true // a key that is held down decides only once
        if (!editable || can.clear || can.include) return enter(event)
        if (can.accept) actions.accept(row)
        else if (isOpen && open.choice !== null) actions.decide(row)
        else if (comparable) actions.open(row, !isOpen)
        else if (can.mapTo) actions.search(row)
        else return enter(event)
        return true
      case ' ':
        if (row.suggestion) actions.explain(row)
        else if (comparable) actions.open(row, !isOpen)
        return true
      case 'Delete':
        if (editable && row.suggestion) actions.reject(row)
        return true
      case 'x':
        if (editable) actions.select(at, !selected.has(row.id), false)
        return true
    }
    return false
  }

  return (
    <div ref={scroller} className={styles.scroller} role="grid" aria-label={text.label} aria-rowcount={total === null ? -1 : total + 1} aria-multiselectable={editable || undefined}
      aria-busy={state.loading && rows.length === 0} onKeyDown={onKeyDown}>
      <div className={styles.header} role="row" aria-rowindex={1} data-editable={editable || undefined}>
        {editable && <div role="columnheader" className={styles.box}>{selectAll}</div>}
        <div role="columnheader" className={styles.record}>{text.record(tool)}</div>
        <div role="columnheader" className={styles.added}>{text.added}</div>
        <div role="columnheader" className={styles.state}>{text.state}</div>
        <div role="columnheader" className={styles.match}>{text.match}</div>
        {editable && <div role="columnheader" className={styles.actions}><span className={styles.hidden}>{text.actions}</span></div>}
      </div>
      <div role="rowgroup" className={styles.body} data-editable={editable || undefined} style={{ height }}>
        {items.map((item) => {
          const row = rows[item.index]
          return row && (
            <LensRow key={row.id} row={row} index={item.index} top={item.start} tool={toolOf(row.integration.id)} showTool={tool === null} active={at === item.index}
              selected={selected.has(row.id)} open={open?.id === row.id} choice={open?.id === row.id ? open.choice : null} searching={searching === row.id}
              explained={explained === row.id} busy={busy.has(row.id)} editable={editable} measure={measure} actions={actions} />
          )
        })}
      </div>
      {slow && rows.length === 0 && Array.from({ length: 8 }, (_, index) => <div key={index} className={styles.waitingRow} aria-hidden="true"><span /><span /></div>)}
      {total === 0 && rows.length === 0 && <p className={styles.empty}>{empty}</p>}
    </div>
  )
}

/** Moves the focus to the first button of a row. */
function enter(event: KeyboardEvent): boolean {
  const first = event.target instanceof HTMLElement ? event.target.querySelector<HTMLElement>('button') : null
  first?.focus()
  return first !== null
}
