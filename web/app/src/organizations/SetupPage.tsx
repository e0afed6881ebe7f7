import { Button, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { lazy, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { request } from '../api/client'
import { type GridRow, type Integration, IntegrationsQuery, type Organization, QuotaQuery, UpdateOrganization, type Viewer } from '../api/documents'
import { messageFor } from '../api/problems'
import { type FirstRun as Run, useFirstRun } from '../firstrun/useFirstRun'
import { offerUndo } from '../history/offering'
import { fixSearch } from '../integrations/fixLink'
import { go } from '../router'
import { notify } from '../ui/notifications'
import { Icon } from '../ui/Icon'
import { Later } from '../ui/Later'
import { cancelRefresh, refresh } from '../ui/refreshing'
import { useStore } from '../ui/store'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { words } from '../words'
import { firstRunChip } from '../words/firstRunChip'
import { find } from './accepting'
import type { GridActions } from './actions'
import { AsOfButton } from './AsOfButton'
import { CellEditor } from './CellEditor'
import type { Column } from './columns'
import { ColumnsMenu, HiddenColumns } from './ColumnsMenu'
import { Explanation } from './Explanation'
import { hideExplanation } from './explaining'
import { Facets } from './Facets'
import { Grid, type GridHandle } from './Grid'
import { type List, suggestedIn } from './pages'
import { positionText } from './position'
import { QuotaBadge } from './QuotaBadge'
import { RefreshStrip } from './RefreshStrip'
import { reject } from './rejecting'
import { type Rectangle, sizeOf } from './range'
import { SaveBar, undoLatest } from './SaveBar'
import styles from './SetupPage.module.css'
import { hasWords } from './search'
import { conflicts, type Edit, open, redo, stage } from './staged'
import { accepting, acceptingRow, rejected } from './suggestions'
import { useColumns } from './useColumns'
import { useFacetCounts } from './useFacetCounts'
import { byMatch, type Facet, fromAddress, listOf, useView } from './view'
import { edit, externalsOf, staged } from './workspace'

const FirstRun = lazy(async () => ({ default: (await import('../firstrun/FirstRun')).FirstRun }))
const DeleteDialog = lazy(async () => ({ default: (await import('./DeleteDialog')).DeleteDialog }))
const ImportDialog = lazy(async () => ({ default: (await import('./ImportDialog')).ImportDialog }))
const OwnGroupFilter = lazy(async () => ({ default: (await import('../clients/GroupFilter')).OwnGroupFilter }))
const KeysDialog = lazy(async () => ({ default: (await import('./KeysDialog')).KeysDialog }))
const NameDialog = lazy(async () => ({ default: (await import('./NameDialog')).NameDialog }))
const PreviewDialog = lazy(async () => ({ default: (await import('./PreviewDialog')).PreviewDialog }))
const ShrinkDialog = lazy(async () => ({ default: (await import('./ShrinkDialog')).ShrinkDialog }))

const debounceTime = 120 // milliseconds
const text = words.organizations

type Dialog =
  | { kind: 'name'; organization: Organization | null }
  | { kind: 'delete'; organization: Organization }
  | { kind: 'import' }
  | { kind: 'keys' }
  | { kind: 'accept'; title: string; list: List; integrationIds: readonly string[]; hiddenColumns: number }
  | { kind: 'review'; integrationId: string }

/** The cell whose drop-down is open, and the letter that opened it. */
interface OpenCell {
  organization: GridRow
  integration: Integration
  typed: string
}

/** The grid that maps organizations; in a new account, the steps that lead to it. */
export function SetupPage({ viewer }: { viewer: Viewer }) {
  const run = useFirstRun(viewer)
  return run.isShown ? <Later><FirstRun viewer={viewer} run={run} /></Later> : <GridPage viewer={viewer} run={run} />
}

/** The grid, one column per tool, and everything around it. */
function GridPage({ viewer, run }: { viewer: Viewer; run: Run }) {
  const [{ data, error }, readIntegrations] = useQuery({ query: IntegrationsQuery })
  const [{ data: quotaData }] = useQuery({ query: QuotaQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const { all: columns, visible, arranging } = useColumns(viewer, integrations)
  const { visibleIds, suggesting } = useVisibleIds(integrations, visible)
  const editable = viewer.role !== 'VIEWER'

  const [typed, setTyped] = useState(() => fromAddress(location.search).search)
  const [view, change] = useView((next) => {
    setTyped(next.search)
    setCell(null)
  })
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  useEffect(() => change({ search }), [search, change])
  const [reloads, setReloads] = useState(0)
  const edited = useEdited(view.search)
  const counts = useFacetCounts(view.search, view.column ? [view.column] : visibleIds, view.groups)
  const list = useMemo(() => listOf(view, visibleIds, edited), [view, visibleIds, edited])

  const [dialog, setDialog] = useState<Dialog | null>(null)
  const [cell, setCell] = useState<OpenCell | null>(null)
  const [position, setPosition] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const grid = useRef<GridHandle>(null)
  useRetryOnReconnect(problem ?? error?.message ?? null, () => {
    setReloads((n) => n + 1)
    readIntegrations({ requestPolicy: 'network-only' })
  })

  const [selected, setSelected] = useState<Rectangle | null>(null)
  const onPositionChange = useCallback((row: number, total: number | null, range: Rectangle | null) => {
    setPosition(positionText(row, total))
    setSelected(range)
  }, [])
  const actions = useActions({
    setDialog, setCell, visibleIds, suggesting, show: (facet, integration) => change({ facet, column: integration.id }),
  })
  useKeysDialog(() => setDialog({ kind: 'keys' }))
  const acceptable = visible.filter(({ integration }) => !view.column || integration.id === view.column)
  const suggested = acceptable.reduce((sum, { integration }) => sum + integration.organizationCounts.suggested, 0)
  useHotkeys([
    ['mod+Z', undoLatest],
    ['mod+shift+Z', () => edit(redo)],
    ['mod+Y', () => edit(redo)],
  ])

  const columnName = useCallback((id: string) => integrations.find((one) => one.id === id)?.name ?? text.disconnectedColumn, [integrations])
  const closeCell = (focus: 'cell' | 'below' | 'none') => {
    if (focus === 'cell') grid.current?.focus()
    if (focus === 'below') grid.current?.down()
    setCell(null)
  }
  useEffect(() => {
    if (cell && data && !integrations.some(({ id }) => id === cell.integration.id)) setCell(null) // the integration was disconnected
  }, [cell, data, integrations])
  const reviewed = dialog?.kind === 'review' ? integrations.find(({ id }) => id === dialog.integrationId) : undefined

  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <TextInput
          className={styles.search}
          leftSection={<Icon name="search" />}
          aria-label={text.search}
          placeholder={text.searchPlaceholder}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Facets view={view} counts={counts} unsaved={edited.unsaved.length} conflicts={edited.conflicts.length}
          columnName={columnName} onChange={change} />
        <Later><OwnGroupFilter chosen={view.groups} onChange={(groups) => change({ groups })} /></Later>
        <QuotaBadge quota={quotaData?.quota} />
      </div>
      <div className={`${styles.tools} ${styles.doing}`}>
        {editable && <Button leftSection={<Icon name="plus" />} onClick={() => setDialog({ kind: 'name', organization: null })}>{text.create}</Button>}
        {data && <ImportButton integrations={integrations} editable={editable} onClick={() => setDialog({ kind: 'import' })} />}
        {editable && suggested > 0 && (
          <Button variant="light" leftSection={<Icon name="check" />}
            onClick={() => setDialog({
              kind: 'accept', title: words.suggestions.preview.title, list, hiddenColumns: columns.length - visible.length,
              integrationIds: suggestedIn(acceptable.map(({ integration }) => integration.id)),
            })}>
            {words.suggestions.accept}
          </Button>
        )}
        {editable && (
          <Button variant="default" leftSection={<Icon name="refresh" />} disabled={integrations.length === 0} aria-label={words.common.refreshAll} onClick={() => void refresh(null)}>
            <span className={styles.wide}>{words.common.refreshAll}</span>
          </Button>
        )}
        <ColumnsMenu all={columns} arranging={arranging} />
        <AsOfButton search={view.search} />
        {run.progress !== null && <Button variant="light" onClick={run.open}>{firstRunChip({ done: run.progress, total: run.steps.length })}</Button>}
        {!editable && <span className={styles.soft}>{text.viewOnly}</span>}
      </div>
      <RefreshStrip integrations={integrations} editable={editable} onRefresh={actions.refresh} onCancel={actions.cancel}
        onReview={actions.review} onFix={viewer.role === 'ADMIN' ? ({ id }) => go('/integrations', fixSearch(id)) : null} />
      {(problem ?? error) && <p className={styles.problem} role="alert"><Icon name="warn" /> {problem ?? messageFor(error)}</p>}
      {data && integrations.length === 0 && (
        <p className={styles.hint}>
          {words.common.noIntegrations}{' '}
          {viewer.role === 'ADMIN' ? <button type="button" onClick={() => go('/integrations')}>{words.common.connectIntegration}</button> : text.askAdminToConnect}
        </p>
      )}
      <HiddenColumns all={columns} arranging={arranging} filtered={view.column} />
      {(data ?? error) && (
        <Grid list={list} reloads={reloads} used={quotaData?.quota.used} columns={visible} suggesting={suggesting} arranging={arranging} editable={editable} settled={typed.trim() === search} actions={actions}
          empty={view.search === '' ? text.empty[view.facet] : text.empty.search(view.search)} handle={grid} onPositionChange={onPositionChange} onProblem={setProblem} />
      )}
      <p className={styles.position}>
        <span>
          {position}
          <span role="status" className={styles.selection}>{selected && words.ranges.selected(sizeOf(selected))}</span>
        </span>
        <button type="button" className={styles.keysButton} onClick={() => setDialog({ kind: 'keys' })}><Icon name="keyboard" /> {words.suggestions.keys.open}</button>
      </p>
      <SaveBar columnName={columnName} onShowConflicts={() => change({ facet: 'conflicts' })}
        onSaved={(byKeyboard) => {
          if (byMatch(view.facet)) setReloads((n) => n + 1)
          if (byKeyboard) grid.current?.focus()
        }} />

      {cell && (
        <CellEditor
          key={cell.organization.id + cell.integration.id}
          organization={cell.organization}
          integration={integrations.find(({ id }) => id === cell.integration.id) ?? cell.integration}
          typed={cell.typed}
          editable={editable}
          anchor={() => grid.current?.cell(cell.organization.id, cell.integration.id) ?? null}
          onClose={closeCell}
        />
      )}
      <Explanation integrations={integrations} editable={editable} actions={actions} row={(id) => grid.current?.row(id)}
        cell={(organizationId, integrationId) => grid.current?.cell(organizationId, integrationId) ?? null} />
      <Later>
        {dialog?.kind === 'keys' && <KeysDialog onClose={() => setDialog(null)} />}
        {dialog?.kind === 'accept' && (
          <PreviewDialog title={dialog.title} find={() => find(dialog.list, dialog.integrationIds)} columnName={columnName}
            hiddenColumns={dialog.hiddenColumns}
            onAccepted={() => { if (byMatch(view.facet)) setReloads((n) => n + 1) }} onClose={() => setDialog(null)} />
        )}
        {dialog?.kind === 'name' && (
          <NameDialog organization={dialog.organization} quota={quotaData?.quota} onClose={() => setDialog(null)} />
        )}
        {dialog?.kind === 'delete' && <DeleteDialog organization={dialog.organization} onClose={() => setDialog(null)} />}
        {dialog?.kind === 'import' && (
          <ImportDialog sources={integrations.filter(({ canImport }) => canImport)} quota={quotaData?.quota} onClose={() => setDialog(null)} />
        )}
        {reviewed && (
          <ShrinkDialog
            integration={reviewed}
            editable={editable}
            onAccept={(accept) => { setDialog(null); void refresh([reviewed.id], accept) }}
            onAgain={() => { setDialog(null); void refresh([reviewed.id]) }}
            onClose={() => setDialog(null)}
          />
        )}
      </Later>
    </div>
  )
}

/**
 * Returns the IDs of the visible columns' integrations, and of those whose suggestions the rows have. Both are in the integrations'
 * own order: moving a column does not read the rows again.
 */
function useVisibleIds(integrations: readonly Integration[], visible: readonly Column[]): { visibleIds: readonly string[]; suggesting: readonly string[] } {
  return useMemo(() => {
    const shown = new Set(visible.map(({ integration }) => integration.id))
    const all = integrations.map(({ id }) => id)
    const visibleIds = all.filter((id) => shown.has(id))
    // If there are more than one query takes, the visible ones come first.
    return { visibleIds, suggesting: suggestedIn(all).length === all.length ? all : suggestedIn(visibleIds) }
  }, [integrations, visible])
}

interface Context {
  setDialog: (dialog: Dialog) => void
  setCell: (cell: OpenCell) => void
  visibleIds: readonly string[]
  suggesting: readonly string[]
  show: (facet: Facet, integration: Integration) => void
}

/** Returns actions that stay the same, so that rows do not render again. */
function useActions(context: Context): GridActions {
  const latest = useRef(context)
  latest.current = context
  return useMemo<GridActions>(() => ({
    openCell: (organization, integration, typed = '') => {
      hideExplanation('once')
      latest.current.setCell({ organization, integration, typed })
    },
    setCell: (organization, integration, wanted) => edit((all) => stage(all, [{
      organizationId: organization.id, organizationName: organization.name, integrationId: integration.id,
      base: externalsOf(organization, integration.id), wanted,
    }])),
    accept: (row, suggestion) => edit((all) => stage(all, [accepting(row, suggestion)])),
    acceptRow: (row) => {
      const edits = acceptingRow(row, latest.current.visibleIds, staged.get(), rejected.get())
      if (edits.length > 0) edit((all) => stage(all, edits))
      return edits.length > 0
    },
    acceptColumn: (integration) => latest.current.setDialog({
      kind: 'accept', title: words.suggestions.preview.titleIn(integration.name), integrationIds: [integration.id], hiddenColumns: 0,
      list: { kind: 'found', search: '', filter: { unmappedIn: [integration.id] } },
    }),
    reject: (row, suggestion) => void reject(row, suggestion, latest.current.suggesting),
    rename: (organization) => latest.current.setDialog({ kind: 'name', organization }),
    activate: (organization, active) => void activate(organization, active),
    remove: (organization) => latest.current.setDialog({ kind: 'delete', organization }),
    refresh: (integrationIds) => void refresh(integrationIds),
    cancel: (runId) => void cancelRefresh(runId),
    review: (integration) => latest.current.setDialog({ kind: 'review', integrationId: integration.id }),
    showUnmapped: (integration) => latest.current.show('unmapped', integration),
    showSuggested: (integration) => latest.current.show('suggested', integration),
    importFrom: () => latest.current.setDialog({ kind: 'import' }),
  }), [])
}

/** Calls onOpen when a question mark is typed outside all text fields and dialogs. */
function useKeysDialog(onOpen: () => void): void {
  const latest = useRef(onOpen)
  latest.current = onOpen
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest('input, textarea, [contenteditable], [role=dialog], [role=menu]')) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

async function activate(organization: Organization, active: boolean) {
  const result = await request('mutation', UpdateOrganization, { id: organization.id, active })
  const wrong = result.problem ?? result.data?.updateOrganization.userErrors[0]?.message
  const about = `activate ${organization.id}`
  if (wrong) return notify('problem', wrong, about)
  const { change } = result.data!.updateOrganization
  offerUndo(active ? words.notifications.reactivated(organization.name) : words.notifications.deactivated(organization.name), { changeIds: change ? [change.id] : [] })
}

/** Returns the organizations with unsaved edits whose names have the words of the search, sorted by name. */
function useEdited(search: string): { unsaved: readonly string[]; conflicts: readonly string[] } {
  const all = useStore(staged)
  const unsaved = ids(open(all), search)
  const inConflict = ids(conflicts(all), search)
  // Edits of other cells of the same organizations do not change the result.
  return useMemo(() => ({ unsaved: split(unsaved), conflicts: split(inConflict) }), [unsaved, inConflict])
}

const split = (text: string) => (text === '' ? [] : text.split(' '))

function ids(edits: readonly Edit[], search: string): string {
  const names = new Map(edits.map(({ organizationId, organizationName }) => [organizationId, organizationName]))
  return [...names]
    .filter(([, name]) => hasWords(name, search))
    .sort(([, a], [, b]) => a.localeCompare(b))
    .map(([id]) => id)
    .join(' ')
}

interface ImportButtonProps {
  integrations: readonly Integration[]
  editable: boolean
  onClick: () => void
}

/** If nothing can be imported, the button says why. */
function ImportButton({ integrations, editable, onClick }: ImportButtonProps) {
  const glue = integrations.filter(({ application }) => application === 'IT_GLUE')
  const reason = !editable ? words.importing.viewOnly
    : glue.some(({ canImport }) => canImport) ? null
      : glue.length === 0 ? words.importing.notConnected
        : words.importing.throughKaseyaOne
  if (reason === null) return <Button variant="default" leftSection={<Icon name="download" />} onClick={onClick}>{words.importing.title}</Button>
  return (
    <Tooltip label={reason}>
      <Button variant="default" leftSection={<Icon name="download" />} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {words.importing.title}
      </Button>
    </Tooltip>
  )
}
