import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { lazy, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery, QuotaQuery, type Viewer } from '../api/documents'
import { messageFor } from '../api/problems'
import { SelectAll } from '../live/SelectAll'
import { selectRange, useSelection } from '../live/useSelection'
import { NameDialog } from '../organizations/NameDialog'
import { follow, go } from '../router'
import { useAddress } from '../ui/address'
import { ExportMenu } from '../ui/ExportMenu'
import { Icon } from '../ui/Icon'
import { Later } from '../ui/Later'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { useSlow } from '../ui/useSlow'
import { words } from '../words'
import { clients as text } from '../words/clients'
import { lists } from '../words/lists'
import { addToGroup, assign, removeFromGroup, setActive } from './actions'
import { BulkBar } from './BulkBar'
import styles from './Clients.module.css'
import { detailSearch } from './detailAddress'
import type { CountedGroup } from './documents'
import { Filters } from './Filters'
import { type GridHandle, OrganizationGrid } from './OrganizationGrid'
import type { RowActions } from './OrganizationRow'
import { remember, remembered } from './remembering'
import { useGroups } from './useGroups'
import { useOrganizations } from './useOrganizations'
import { address, fromAddress, isFiltered, listOf, orders } from './view'

const DeleteManyDialog = lazy(async () => ({ default: (await import('./DeleteManyDialog')).DeleteManyDialog }))
const GroupDialog = lazy(async () => ({ default: (await import('./GroupsDialog')).GroupDialog }))
const GroupsDialog = lazy(async () => ({ default: (await import('./GroupsDialog')).GroupsDialog }))

const debounceTime = 150 // milliseconds

type Dialog = { kind: 'create' } | { kind: 'groups' } | { kind: 'group'; group: CountedGroup | null; adds: readonly string[] } | { kind: 'delete'; ids: readonly string[] }

const isActive = ({ active }: { active: boolean }) => active

/** All organizations: who looks after them, their groups, and what is not mapped. What is done here applies at once. */
export function OrganizationsPage({ viewer }: { viewer: Viewer }) {
  const person = `${viewer.name} of ${viewer.account.id}`
  useRemembered(person)
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const [{ data: quotaData }] = useQuery({ query: QuotaQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const editable = viewer.role !== 'VIEWER'
  const groups = useGroups() ?? []
  const [typed, setTyped] = useState(() => fromAddress(location.search).search)
  const [view, change] = useAddress(address, (next) => setTyped(next.search))
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  useEffect(() => change({ search }), [search, change])
  useEffect(() => remember(person, view), [person, view])

  const grid = useRef<GridHandle>(null)
  const held = useRef(false) // whether rows must not move because something is open or selected
  const list = useMemo(() => listOf(view), [view])
  const name = JSON.stringify(list)
  const organizations = useOrganizations(list, () => !held.current && grid.current?.isIdle() === true)
  const { state, counts } = organizations
  const { selected, setSelected, selectAll, progress } = useSelection(name, state.rows, organizations.keys, isActive)
  const [active, setActiveRow] = useState<string | null>(null)
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    held.current = selected.size > 0 || dialog !== null
  })
  const slow = useSlow(state.loading && state.rows.length === 0)
  useRetryOnReconnect(state.problem, () => void organizations.list.show())

  const onSee = useCallback((ids: readonly string[]) => organizations.list.see(ids), [organizations.list])
  const onNearEnd = useCallback(() => void organizations.list.more(), [organizations.list])
  const actions = useRowActions(state.rows, setSelected, setActiveRow)
  const clear = () => setSelected(new Map())

  const inBulk = async (act: () => Promise<boolean>) => {
    setBusy(true)
    await act()
    setBusy(false)
    await organizations.list.changed()
  }
  const ids = [...selected.keys()]
  const all = state.total !== null && selected.size >= state.total && state.total > 0
  const close = () => setDialog(null)

  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <TextInput className={styles.search} leftSection={<Icon name="search" />} aria-label={text.search} placeholder={text.searchPlaceholder} value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)} />
        <Filters view={view} groups={groups} integrations={integrations} onChange={change} />
        <span className={styles.doing}>
          <Button variant="default" onClick={() => setDialog({ kind: 'groups' })}>{text.manageGroups}</Button>
          <ExportMenu />
          {editable && <Button component="a" href="/import" variant="default" leftSection={<Icon name="table" size={14} />} onClick={(event) => follow(event, '/import')}>{text.importCsv}</Button>}
          {editable && <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setDialog({ kind: 'create' })}>{text.create}</Button>}
          {!editable && <span className={styles.soft}>{text.viewOnly}</span>}
        </span>
      </div>
      {(state.problem !== null || error) && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> {state.problem ?? messageFor(error)}
          <Button size="compact-sm" variant="default" onClick={() => void organizations.list.show()}>{words.common.tryAgain}</Button>
        </p>
      )}
      <div className={styles.frame}>
        <div role="status" className={styles.waiting}>
          {state.waiting > 0 && <button type="button" onClick={() => void organizations.list.show().then(() => grid.current?.focus(null))}>{lists.waiting(state.waiting)}</button>}
        </div>
        <OrganizationGrid name={name} state={state} integrations={integrations} active={active} selected={selected} editable={editable} slow={slow} handle={grid} actions={actions}
          empty={view.search !== '' ? text.empty.search(view.search) : isFiltered(view) ? text.empty.filtered : text.empty.none} onSee={onSee} onNearEnd={onNearEnd}
          selectAll={(
            <SelectAll total={state.total} all={all} some={selected.size > 0} disabled={progress !== null || state.total === 0}
              onChange={(on) => { if (on) void selectAll(); else clear() }} />
          )} />
      </div>
      <div className={styles.foot}>
        <span role="status">{progress ?? (state.total === null ? lists.loading : lists.showing({ shown: state.rows.length, total: state.cursor === null ? state.rows.length : state.total }))}</span>
        {counts && <span>{text.list.counts(counts)}</span>}
        <Legend />
        <span className={styles.keys}>{text.list.keys}</span>
        <Select className={styles.order} size="xs" aria-label={text.order} value={view.order} allowDeselect={false} data={orders.map((value) => ({ value, label: text.orders[value] }))}
          onChange={(value) => change({ order: orders.find((one) => one === value) ?? 'name' })} />
      </div>
      {editable && selected.size > 0 && (
        <BulkBar selected={selected} groups={groups} progress={progress} busy={busy}
          onAssign={(duty, to) => void inBulk(() => assign(ids, duty, to))} onAdd={(group) => void inBulk(() => addToGroup(ids, group))} onRemove={(group) => void inBulk(() => removeFromGroup(ids, group))}
          onNewGroup={() => setDialog({ kind: 'group', group: null, adds: ids })} onActivate={(some, on) => void inBulk(() => setActive(some, on))}
          onDelete={() => setDialog({ kind: 'delete', ids })} onClear={() => { clear(); grid.current?.focus(active) }} />
      )}
      <Later>
        {dialog?.kind === 'create' && <NameDialog organization={null} quota={quotaData?.quota} onClose={close} onCreated={({ id }) => go('/organization', detailSearch(id))} />}
        {dialog?.kind === 'groups' && (
          <GroupsDialog groups={groups} editable={editable} onClose={close} onEdit={(group) => setDialog({ kind: 'group', group, adds: [] })}
            onShow={({ id }) => { close(); change({ groups: [id] }) }} />
        )}
        {dialog?.kind === 'group' && (
          <GroupDialog group={dialog.group} onClose={() => setDialog(dialog.adds.length > 0 ? null : { kind: 'groups' })}
            onCreated={(group) => { if (dialog.adds.length > 0) void inBulk(() => addToGroup(dialog.adds, group)) }} />
        )}
        {dialog?.kind === 'delete' && <DeleteManyDialog ids={dialog.ids} onClose={close} onDeleted={() => { clear(); void organizations.list.show() }} />}
      </Later>
    </div>
  )
}

/** Puts the filters that a person last used into an address that says nothing else. */
function useRemembered(person: string): void {
  useState(() => {
    if (location.pathname === address.path && location.search === '') history.replaceState(null, '', address.path + remembered(person))
  })
}

/** Returns actions that stay the same while the rows do. */
function useRowActions(rows: readonly { id: string; active: boolean }[], setSelected: (change: (before: ReadonlyMap<string, boolean>) => Map<string, boolean>) => void, focus: (id: string) => void): RowActions {
  const anchor = useRef<string | null>(null)
  return useMemo(() => ({
    focus,
    open: ({ id }) => go('/organization', detailSearch(id)),
    select: (index, on, range) => {
      const from = range ? rows.findIndex(({ id }) => id === anchor.current) : -1
      anchor.current = rows[index]?.id ?? null
      setSelected((before) => selectRange(before, rows, isActive, from < 0 ? index : from, index, on))
    },
  }), [rows, setSelected, focus])
}

function Legend() {
  const { legend } = text.list
  return (
    <span className={styles.legend}>
      {(['mapped', 'suggested', 'missing'] as const).map((tick) => <span key={tick}><span className={styles.ticks} aria-hidden="true"><span data-tick={tick} /></span>{legend[tick]}</span>)}
    </span>
  )
}
