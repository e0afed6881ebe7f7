import { type KeyboardEvent, type ReactNode, type RefObject, useImperativeHandle, useMemo } from 'react'

import type { Integration } from '../api/documents'
import type { State } from '../live/LiveList'
import { useRowGrid } from '../live/useRowGrid'
import type { Selection } from '../live/useSelection'
import { clients } from '../words/clients'
import styles from './Clients.module.css'
import type { Row } from './documents'
import { OrganizationRow, type RowActions } from './OrganizationRow'

const text = clients.list
const rowHeight = 40 // pixels

export interface GridHandle {
  /** Moves the focus to a row, or to the first row. */
  focus: (id: string | null) => void
  /** Reports whether the beginning of the list is on the screen and nothing has the focus. */
  isIdle: () => boolean
}

interface Props {
  /** Changes when another list is shown. */
  name: string
  state: State<Row>
  integrations: readonly Integration[]
  active: string | null
  selected: Selection<boolean>
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
export function OrganizationGrid({ name, state, integrations, active, selected, editable, slow, selectAll, empty, handle, actions, onSee, onNearEnd }: Props) {
  const { rows, total } = state
  const ids = useMemo(() => rows.map(({ id }) => id), [rows])
  const { scroller, items, height, measure, at, go, move, isIdle } = useRowGrid({ page: 'organizations', name, ids, active, rowHeight, onFocus: actions.focus, onSee, onNearEnd })
  useImperativeHandle(handle, () => ({ focus: (id) => go(id === null ? 0 : rows.findIndex((row) => row.id === id)), isIdle }))

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement) || !event.target.matches('[data-row]')) return
    const row = rows[at]
    if (!row) return
    if (!move(event)) {
      if (event.key === 'Enter') actions.open(row)
      else if (event.key === 'x' && editable) actions.select(at, !selected.has(row.id), false)
      else return
    }
    event.preventDefault()
  }

  return (
    <div ref={scroller} className={styles.scroller} role="grid" aria-label={text.label} aria-rowcount={total === null ? -1 : total + 1} aria-multiselectable={editable || undefined}
      aria-busy={state.loading && rows.length === 0} onKeyDown={onKeyDown}>
      <div className={styles.header} role="row" aria-rowindex={1} data-editable={editable || undefined}>
        {editable && <div role="columnheader" className={styles.box}>{selectAll}</div>}
        <div role="columnheader">{text.name}</div>
        <div role="columnheader">{text.engineer}</div>
        <div role="columnheader">{text.vcio}</div>
        <div role="columnheader">{text.groups}</div>
        <div role="columnheader">{text.mapped}</div>
      </div>
      <div role="rowgroup" className={styles.body} data-editable={editable || undefined} style={{ height }}>
        {items.map((item) => {
          const row = rows[item.index]
          return row && (
            <OrganizationRow key={row.id} row={row} index={item.index} top={item.start} integrations={integrations} active={at === item.index} selected={selected.has(row.id)}
              editable={editable} measure={measure} actions={actions} />
          )
        })}
      </div>
      {slow && rows.length === 0 && Array.from({ length: 8 }, (_, index) => <div key={index} className={styles.waitingRow} aria-hidden="true"><span /><span /></div>)}
      {total === 0 && rows.length === 0 && <p className={styles.empty}>{empty}</p>}
    </div>
  )
}
