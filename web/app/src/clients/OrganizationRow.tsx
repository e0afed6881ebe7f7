import { memo } from 'react'

import type { Integration } from '../api/documents'
import { follow } from '../router'
import { clients } from '../words/clients'
import { lists } from '../words/lists'
import styles from './Clients.module.css'
import { detailSearch } from './detailAddress'
import type { Person, Row } from './documents'
import { Tag } from './Tag'
import { type Tick, ticksOf } from './ticks'

const text = clients.list
const groupsShown = 3
const ticksShown = 14 // integrations: more would not be told apart

/** What can be done with a row. */
export interface RowActions {
  focus: (id: string) => void
  open: (row: Row) => void
  select: (index: number, on: boolean, range: boolean) => void
}

interface Props {
  row: Row
  index: number
  top: number
  integrations: readonly Integration[]
  active: boolean
  selected: boolean
  editable: boolean
  measure: (element: HTMLElement | null) => void
  actions: RowActions
}

/** An organization: who looks after it, its groups, and in how many tools it is mapped. */
export const OrganizationRow = memo(function OrganizationRow({ row, index, top, integrations, active, selected, editable, measure, actions }: Props) {
  const { id, name, engineer, vcio, groups } = row
  const ticks = ticksOf(row, integrations.map((one) => one.id))
  const mapped = ticks.filter((tick) => tick === 'mapped').length
  const named = (kind: Tick) => integrations.flatMap((one, at) => (ticks[at] === kind ? [one.name] : []))
  const shown = groups.slice(0, groups.length > groupsShown ? groupsShown - 1 : groupsShown)
  return (
    <div ref={measure} className={styles.row} role="row" aria-rowindex={index + 2} data-index={index} data-row={id} data-grid-position={`${index}:0`} tabIndex={active ? 0 : -1}
      aria-selected={editable ? selected : undefined} style={{ transform: `translateY(${top}px)` }} onFocus={() => actions.focus(id)}
      aria-label={text.row({ name, deactivated: !row.active, engineer: engineer?.name ?? null, vcio: vcio?.name ?? null, groups: groups.map((group) => group.name), mapped, total: ticks.length })}>
      {editable && (
        <div role="gridcell" className={styles.box}>
          <input type="checkbox" checked={selected} tabIndex={active ? 0 : -1} aria-label={lists.selection.one(name)}
            onClick={(event) => actions.select(index, event.currentTarget.checked, event.shiftKey)} onChange={() => undefined} />
        </div>
      )}
      <div role="gridcell" className={styles.name}>
        <a href={`/organization${detailSearch(id)}`} tabIndex={active ? 0 : -1} onClick={(event) => follow(event, '/organization', detailSearch(id))}>{name}</a>
        {!row.active && <span className={styles.off}>{text.deactivated}</span>}
      </div>
      <div role="gridcell" className={styles.person}><PersonName person={engineer} label={text.engineer} /></div>
      <div role="gridcell" className={styles.person}><PersonName person={vcio} label={text.vcio} /></div>
      <div role="gridcell" className={styles.tags}>
        {shown.map((group) => <Tag key={group.id} group={group} />)}
        {groups.length > shown.length && <span className={styles.soft} title={groups.map((group) => group.name).join(', ')}>{text.moreGroups(groups.length - shown.length)}</span>}
      </div>
      <div role="gridcell" className={styles.mapped} title={text.ticks({ mapped: named('mapped'), suggested: named('suggested'), missing: named('missing') })}>
        {ticks.length <= ticksShown && <span className={styles.ticks} aria-hidden="true">{ticks.map((tick, at) => <span key={integrations[at]?.id} data-tick={tick} />)}</span>}
        <span>{ticks.length === 0 ? text.noTools : text.mappedOf({ mapped, total: ticks.length })}</span>
      </div>
    </div>
  )
})

function PersonName({ person, label }: { person: Person | null; label: string }) {
  return (
    <>
      <span className={styles.cardLabel} aria-hidden="true">{label}</span>
      {person === null ? <span className={styles.soft}>{text.notAssigned}</span> : <span>{person.blocked ? text.blocked(person.name) : person.name}</span>}
    </>
  )
}
