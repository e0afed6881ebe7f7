import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery, type Viewer } from '../api/documents'
import { messageFor } from '../api/problems'
import { ExplanationCard } from '../organizations/ExplanationCard'
import { PreviewDialog } from '../organizations/PreviewDialog'
import { maxAccepted } from '../organizations/suggestions'
import { SelectAll } from '../live/SelectAll'
import { useSelection } from '../live/useSelection'
import { useAddress } from '../ui/address'
import { ExportLink } from '../ui/ExportLink'
import { formatNumber } from '../ui/format'
import { Icon } from '../ui/Icon'
import { useSlow } from '../ui/useSlow'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { words } from '../words'
import { byTool as text } from '../words/byTool'
import { lists } from '../words/lists'
import { exclude, type Exclusion, include } from './actions'
import styles from './ByTool.module.css'
import { CreateDialog } from './CreateDialog'
import type { MatchState } from './documents'
import { ExcludeDialog } from './ExcludeDialog'
import { type GridHandle, LensGrid } from './LensGrid'
import { SelectionBar } from './SelectionBar'
import { SimilarDialog } from './SimilarDialog'
import { useLens } from './useLens'
import { type Shown, useRowActions } from './useRowActions'
import { address, countOf, facets, fromAddress, listOf, orders } from './view'

const debounceTime = 150 // milliseconds
const nothingShown: Shown = { active: null, open: null, searching: null, explained: null, dialog: null }

const stateOf = ({ matchState }: { matchState: MatchState }) => matchState

/** Everything that one tool lists, or all tools, by what it needs. What is decided here applies at once. */
export function ByToolPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const editable = viewer.role !== 'VIEWER'
  const [typed, setTyped] = useState(() => fromAddress(location.search).search)
  const [view, change] = useAddress(address, (next) => setTyped(next.search))
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  useEffect(() => change({ search }), [search, change])

  const grid = useRef<GridHandle>(null)
  const held = useRef(false) // whether rows must not move because something is open or selected
  const list = useMemo(() => listOf(view), [view])
  const name = JSON.stringify(list)
  const lens = useLens(list, () => !held.current && grid.current?.isIdle() === true)
  const { state, counts } = lens
  const { selected, setSelected, selectAll, progress: selecting } = useSelection(name, state.rows, lens.keys, stateOf)
  const [shown, setShown] = useState(nothingShown)
  const show = useCallback((part: Partial<Shown>) => setShown((before) => ({ ...before, ...part })), [])
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set())
  const [progress, setProgress] = useState<string | null>(null)
  const actions = useRowActions({ list: lens.list, shown, show, setSelected, setBusy, grid })
  useEffect(() => setShown(nothingShown), [name])
  useEffect(() => {
    held.current = selected.size > 0 || shown.open !== null || shown.searching !== null || shown.explained !== null || shown.dialog !== null
  })
  const slow = useSlow(state.loading && state.rows.length === 0)
  useRetryOnReconnect(state.problem, () => void lens.list.show())

  const onSee = useCallback((ids: readonly string[]) => lens.list.see(ids), [lens.list])
  const onNearEnd = useCallback(() => void lens.list.more(), [lens.list])
  const toolOf = useCallback((id: string) => integrations.find((one) => one.id === id)?.name ?? words.common.none, [integrations])

  const inBulk = async (ids: readonly string[], act: (onProgress: (done: number) => void) => Promise<boolean>) => {
    setProgress(lists.selection.progress({ done: 0, total: ids.length }))
    if (await act((done) => setProgress(lists.selection.progress({ done, total: ids.length })))) setSelected(new Map())
    setProgress(null)
    await lens.list.refresh(loaded(ids))
  }
  const loaded = (ids: readonly string[]) => {
    const wanted = new Set(ids)
    return state.rows.map(({ id }) => id).filter((id) => wanted.has(id))
  }
  const again = (ids: readonly string[]) => () => void lens.list.refresh(loaded(ids))
  const excludeAll = (ids: readonly string[], what: string, exclusion: Exclusion) => inBulk(ids, (onProgress) => exclude(ids, what, exclusion, again(ids), onProgress))
  const { dialog } = shown
  const close = () => show({ dialog: null })
  const explained = state.rows.find(({ id, suggestion }) => id === shown.explained && suggestion !== null)
  const suggestion = explained?.suggestion
  const tool = integrations.find(({ id }) => id === view.integration)
  const all = state.total !== null && selected.size >= state.total && state.total > 0

  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <Select className={styles.tool} aria-label={text.tool} value={view.integration ?? ''} allowDeselect={false}
          data={[{ value: '', label: text.allTools }, ...integrations.map(({ id, name: label }) => ({ value: id, label }))]}
          onChange={(value) => change({ integration: value || null })} />
        <div className={styles.facets} role="group" aria-label={text.filter}>
          {facets.map((facet) => (
            <button key={facet} type="button" className={styles.facet} aria-pressed={view.facet === facet} onClick={() => change({ facet })}>
              {text.facets[facet]} <span className={styles.facetCount}>{counts === null ? text.counting : formatNumber(countOf(facet, counts, view.integration))}</span>
            </button>
          ))}
        </div>
      </div>
      <div className={styles.tools}>
        <TextInput className={styles.search} leftSection={<Icon name="search" />} aria-label={text.search} placeholder={text.searchPlaceholder} value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)} />
        <Select className={styles.order} aria-label={text.order} value={view.order} allowDeselect={false} data={orders.map((value) => ({ value, label: text.orders[value] }))}
          onChange={(value) => change({ order: orders.find((one) => one === value) ?? 'newest' })} />
        {!editable && <span className={styles.soft}>{text.viewOnly}</span>}
        {tool && <span className={styles.export}><ExportLink integration={tool} /></span>}
      </div>
      {(state.problem !== null || error) && (
        <p className={styles.banner} role="alert">
          <Icon name="warn" /> {state.problem ?? messageFor(error)}
          <Button size="compact-sm" variant="default" onClick={() => void lens.list.show()}>{words.common.tryAgain}</Button>
        </p>
      )}
      {data && integrations.length === 0 && <p className={styles.soft}>{words.common.noIntegrations}</p>}
      <div className={styles.frame}>
        <div role="status" className={styles.waiting}>
          {state.waiting > 0 && <button type="button" onClick={() => void lens.list.show().then(() => grid.current?.focus(null))}>{lists.waiting(state.waiting)}</button>}
        </div>
        <LensGrid name={name} state={state} toolOf={toolOf} tool={view.integration === null ? null : toolOf(view.integration)} active={shown.active} selected={selected}
          open={shown.open} searching={shown.searching} explained={shown.explained} busy={busy} editable={editable} slow={slow}
          empty={view.search === '' ? text.empty[view.facet] : text.empty.search(view.search)} handle={grid} actions={actions} onSee={onSee} onNearEnd={onNearEnd}
          selectAll={(
            <SelectAll total={state.total} some={selected.size > 0} all={all} disabled={selecting !== null || state.total === 0}
              onChange={(on) => { if (on) void selectAll(); else setSelected(new Map()) }} />
          )} />
      </div>
      <p className={styles.foot}>
        <span role="status">{selecting ?? (state.total === null ? lists.loading : lists.showing({ shown: state.rows.length, total: state.cursor === null ? state.rows.length : state.total }))}</span>
        <span className={styles.keys}>{text.list.keys}</span>
      </p>
      {editable && selected.size > 0 && (
        <SelectionBar selected={selected} progress={selecting ?? progress} onClear={() => { setSelected(new Map()); grid.current?.focus(shown.active) }}
          onAccept={(ids) => show({ dialog: { kind: 'accept', ids } })} onCreate={(ids) => show({ dialog: { kind: 'create', ids } })}
          onExclude={(ids, reason) => void excludeAll(ids, text.excluding.several(ids.length), { reason, note: null, until: null })}
          onExcludeWithDetails={(ids) => show({ dialog: { kind: 'exclude', ids, what: text.excluding.several(ids.length), proposed: null, row: null } })}
          onInclude={(ids) => void inBulk(ids, (onProgress) => include(ids, text.excluding.several(ids.length), again(ids), onProgress))} />
      )}
      {explained && suggestion && (
        <ExplanationCard key={explained.id} suggestion={{ tier: suggestion.tier, externalOrg: explained }} organization={suggestion.organization} integration={toolOf(explained.integration.id)}
          others={[]} anchor={() => grid.current?.match(explained.id) ?? null} onGone={() => show({ explained: null })}
          onClose={() => { show({ explained: null }); grid.current?.focus(explained.id) }}
          decide={editable ? {
            accept: () => actions.accept(explained),
            reject: () => { grid.current?.focus(explained.id); actions.reject(explained) },
            another: () => actions.search(explained),
          } : null} />
      )}
      {dialog?.kind === 'similar' && (
        <SimilarDialog external={dialog.row.name} organization={dialog.organization.name} onClose={close}
          onCreate={() => { close(); actions.createDespite(dialog.row) }}
          onMapThere={() => { close(); actions.mapTo(dialog.row, dialog.organization) }} />
      )}
      {dialog?.kind === 'exclude' && (
        <ExcludeDialog what={dialog.what} proposed={dialog.proposed} onClose={close} onExclude={(exclusion) => void excludeAll(dialog.ids, dialog.what, exclusion)} />
      )}
      {dialog?.kind === 'create' && <CreateDialog ids={dialog.ids} onClose={close} onCreated={(ids) => { setSelected(new Map()); void lens.list.refresh(loaded(ids)) }} />}
      {dialog?.kind === 'accept' && (
        <PreviewDialog title={text.preview} columnName={toolOf} onClose={close}
          find={async () => ({ ids: dialog.ids.slice(0, maxAccepted), capped: dialog.ids.length > maxAccepted, unsaved: 0 })}
          onAccepted={() => { setSelected(new Map()); void lens.list.refresh(loaded(dialog.ids)) }} />
      )}
    </div>
  )
}
