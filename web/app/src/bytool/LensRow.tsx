import { Button, Menu, Tooltip } from '@mantine/core'
import { memo } from 'react'

import type { Tier } from '../api/documents'
import { mainReasons } from '../organizations/suggestions'
import { TierMark } from '../organizations/TierMark'
import { formatExactTime, formatTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { byTool } from '../words/byTool'
import { lists } from '../words/lists'
import styles from './ByTool.module.css'
import { Candidates } from './Candidates'
import type { LensRow as Row } from './documents'
import { ExcludeMenu } from './ExcludeMenu'
import { OrganizationPicker } from './OrganizationPicker'
import type { Choice, RowActions } from './rowActions'
import { isNew, possible, proposedReason } from './rows'

const text = byTool.row
const { actions: verbs } = byTool

interface Props {
  row: Row
  index: number
  top: number
  /** The name of the row's integration. */
  tool: string
  /** Whether the list contains several integrations. */
  showTool: boolean
  active: boolean
  selected: boolean
  open: boolean
  choice: Choice
  searching: boolean
  explained: boolean
  busy: boolean
  editable: boolean
  measure: (element: HTMLElement | null) => void
  actions: RowActions
}

/** An external organization: what it is, where it stands, and what can be done. */
export const LensRow = memo(function LensRow(props: Props) {
  const { row, index, top, tool, showTool, active, selected, open, choice, explained, busy, editable, measure, actions } = props
  const { id, name, matchState, addedAt } = row
  const place = text.place({ tool: showTool ? tool : null, id: row.remoteId, city: row.city, website: row.website })
  return (
    <div ref={measure} className={styles.row} role="row" aria-rowindex={index + 2} data-index={index} data-row={id} data-state={matchState}
      data-grid-position={`${index}:0`} tabIndex={active ? 0 : -1} aria-selected={editable ? selected : undefined} aria-busy={busy || undefined}
      aria-label={text.label({ name, tool, state: byTool.states[matchState], about: about(row) })}
      style={{ transform: `translateY(${top}px)` }} onFocus={() => actions.focus(id)}>
      {editable && (
        <div role="gridcell" className={styles.box}>
          <input type="checkbox" checked={selected} tabIndex={active ? 0 : -1} aria-label={lists.selection.one(name)}
            onClick={(event) => actions.select(index, event.currentTarget.checked, event.shiftKey)} onChange={() => undefined} />
        </div>
      )}
      <div role="gridcell" className={styles.record}>
        <span className={styles.name}>
          <strong>{name}</strong>
          {isNew(addedAt) && <span className={styles.new}>{text.isNew}</span>}
        </span>
        <span className={styles.soft} title={place}>{place}</span>
      </div>
      <div role="gridcell" className={styles.added} title={formatExactTime(addedAt)}>{formatTime(addedAt)}</div>
      <div role="gridcell" className={styles.state}>
        <span><span className={styles.mark} aria-hidden="true" />{byTool.states[matchState]}</span>
      </div>
      <div role="gridcell" className={styles.match} data-match={id}><Match row={row} explained={explained} active={active} actions={actions} /></div>
      {editable && <div role="gridcell" className={styles.actions}><Actions {...props} /></div>}
      {open && <div role="gridcell" className={styles.opened}><Candidates {...{ row, tool, choice, editable, actions }} /></div>}
    </div>
  )
})

/** The tiers whose name says the same as the first reason. */
const named: ReadonlySet<Tier> = new Set<Tier>(['EXACT', 'NORMALIZED'])

/** Says in a few words what there is to know beside the state. */
function about({ suggestion, mapping, exclusion, needsDecisionBecause }: Row): string {
  if (suggestion) return suggestion.organization.name
  if (mapping) return mapping.organization.name
  return exclusion ? byTool.reasons[exclusion.reason] : needsDecisionBecause ?? ''
}

function Match({ row, explained, active, actions }: { row: Row; explained: boolean; active: boolean; actions: RowActions }) {
  const { suggestion, mapping, exclusion } = row
  if (suggestion) {
    const { tier, organization, signals, warnings } = suggestion
    return (
      <>
        <TierMark tier={tier} />
        <span className={styles.lines}>
          <strong className={styles.suggested}>{tier === 'WEAK' ? text.question(organization.name) : organization.name}</strong>
          {warnings.length > 0
            ? <span className={styles.warn}><Icon name="warn" size={12} /> {warnings.join(' ')}</span>
            : <span className={styles.soft}>{[words.suggestions.tiers[tier], ...mainReasons(signals).slice(named.has(tier) ? 1 : 0)].join(words.common.separator)}</span>}
        </span>
        <Button size="compact-xs" variant="subtle" tabIndex={active ? 0 : -1} aria-expanded={explained} aria-label={verbs.explainFor(row.name)} onClick={() => actions.explain(row)}>{verbs.explain}</Button>
      </>
    )
  }
  if (mapping) {
    return (
      <span className={styles.lines}>
        <strong>{mapping.organization.name}</strong>
        <span className={styles.soft} title={formatExactTime(mapping.createdAt)}>{text.mappedBy({ name: mapping.createdBy, time: formatTime(mapping.createdAt) })}</span>
      </span>
    )
  }
  if (exclusion) {
    const facts = [text.excludedBy({ name: exclusion.actor.name, time: formatTime(exclusion.at) }), exclusion.until && text.until(exclusion.until), exclusion.renamed && text.renamed]
    return (
      <span className={styles.lines}>
        <span><strong>{byTool.reasons[exclusion.reason]}</strong>{exclusion.note !== null && <span className={styles.note}>{exclusion.note}</span>}</span>
        <span className={styles.soft} title={formatExactTime(exclusion.at)}>{facts.filter(Boolean).join(words.common.separator)}</span>
      </span>
    )
  }
  if (row.matchState === 'REMOVED') return <span className={styles.soft}>{text.removed}</span>
  return (
    <span className={styles.lines}>
      <span>{row.needsDecisionBecause}</span>
      {row.candidates.length > 0 && <span className={styles.soft}>{text.fits(row.candidates.length)}{words.common.separator}{row.candidates.map(({ organization }) => organization.name).join(', ')}</span>}
    </span>
  )
}

function Actions({ row, tool, active, open, searching, busy, actions }: Props) {
  const can = possible(row)
  const { name, suggestion, candidates } = row
  const tabIndex = active ? 0 : -1
  const shared = { size: 'compact-sm', tabIndex, disabled: busy } as const
  const search = <Button {...shared} variant="default" aria-label={verbs.mapToFor(name)} aria-haspopup="listbox" onClick={() => actions.search(searching ? null : row)}>{verbs.mapTo}</Button>
  return (
    <>
      {can.accept && suggestion && (
        <Tooltip label={verbs.acceptFor({ external: name, organization: suggestion.organization.name })}>
          <Button {...shared} variant="light" leftSection={<Icon name="check" size={14} />} aria-label={verbs.acceptFor({ external: name, organization: suggestion.organization.name })} onClick={() => actions.accept(row)}>{verbs.accept}</Button>
        </Tooltip>
      )}
      {candidates.length > 0 && can.create && (
        <Button {...shared} variant="default" aria-expanded={open} aria-label={verbs.compareFor(name)} onClick={() => actions.open(row, !open)}>{verbs.compare}</Button>
      )}
      {can.mapTo && (searching
        ? <OrganizationPicker row={row} tool={tool} target={search} onPick={(organization) => actions.mapTo(row, organization)} onClose={() => actions.search(null)} />
        : search)}
      {can.create && !suggestion && <Button {...shared} variant="default" aria-label={verbs.createFor(name)} onClick={() => actions.create(row)}>{verbs.create}</Button>}
      {can.exclude && (
        <ExcludeMenu what={byTool.excluding.one(name)} label={verbs.excludeFor(name)} proposed={proposedReason(name)} tabIndex={tabIndex} disabled={busy}
          onExclude={(reason) => actions.exclude(row, reason)} onDetails={() => actions.excludeWithDetails(row)} />
      )}
      {can.include && <Button {...shared} variant="default" aria-label={verbs.includeFor(name)} onClick={() => actions.include(row)}>{verbs.include}</Button>}
      {can.clear && <Button {...shared} variant="default" aria-label={verbs.clearFor(name)} onClick={() => actions.clear(row)}>{verbs.clear}</Button>}
      {/* It stays while the suggestion is being recomputed: an open menu must not vanish under the pointer. */}
      {can.create && (
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className={styles.more} tabIndex={tabIndex} disabled={busy} aria-label={verbs.more(name)}><Icon name="more" /></button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item disabled={!suggestion} onClick={() => actions.reject(row)}>{verbs.notThis}</Menu.Item>
            <Menu.Item onClick={() => actions.create(row)}>{verbs.createItem}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}
