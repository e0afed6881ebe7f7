import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery, type Viewer } from '../api/documents'
import { messageFor } from '../api/problems'
import { type Explained, explained, hideExplanation, keepExplanation } from '../organizations/explaining'
import { positionText } from '../organizations/position'
import { useColumns } from '../organizations/useColumns'
import { useReach } from '../history/useReach'
import { go } from '../router'
import { useAddress } from '../ui/address'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { asOf as text } from '../words/asof'
import styles from './AsOf.module.css'
import { AsOfGrid, type GridHandle, type ShownColumn } from './AsOfGrid'
import { nameColumn } from './AsOfRow'
import { cellDifference, integrationsIn, pastColumns, sinceThen, type Today } from './differences'
import { DifferenceCard, type Subject } from './DifferenceCard'
import type { Past } from './documents'
import { ExportButton } from './ExportButton'
import { MomentBand } from './MomentBand'
import { fieldOf, momentOf } from './moments'
import type { Problem } from './problem'
import { pagesOf } from './snapshot'
import { SnapshotList } from './SnapshotList'
import { useToday } from './useToday'
import { address, fromAddress } from './view'

const debounceTime = 150 // milliseconds

/** Setup Organizations as it was at a moment, with what differs today. */
export function AsOfPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const { all: arranged } = useColumns(viewer, integrations)
  const [typed, setTyped] = useState(() => fromAddress(location.search).search)
  const [view, change] = useAddress(address, (next) => setTyped(next.search))
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  useEffect(() => change({ search }), [search, change])
  const showMoment = useCallback((at: string) => change({ at }), [change])

  const { at } = view
  const list = useMemo(() => new SnapshotList(pagesOf(at, view.search)), [at, view.search])
  const state = useStore(list.state)
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const onSee = useCallback((first: number, last: number, wanted: number) => {
    setSeen((before) => (before.first === first && before.last === last ? before : { first, last }))
    if (momentOf(at)) void list.want(wanted)
  }, [list, at])
  const today = useToday(state.rows, seen.first, seen.last)
  useRetryOnReconnect(state.problem?.message ?? null, () => void list.retry())

  const known = useIntegrations(at, state.rows)
  const columns = useMemo<ShownColumn[]>(() => {
    const chosen = new Map(arranged.map(({ integration, width, pinned }) => [integration.id, { width, pinned }]))
    return pastColumns(arranged.map(({ integration }) => integration), known).map((column) => ({ ...column, width: null, pinned: false, ...chosen.get(column.id) }))
  }, [arranged, known])

  const grid = useRef<GridHandle>(null)
  const [row, setRow] = useState(0)
  const [entered, setEntered] = useState(false)
  const card = useStore(explained)
  const enter = useCallback((cell: Explained) => {
    hideExplanation('once')
    setEntered(true)
    explained.set(cell)
  }, [])
  useEffect(() => {
    if (card === null) setEntered(false)
  }, [card])
  useEffect(() => () => hideExplanation('once'), [])
  useEffect(() => hideExplanation('once'), [at])
  const subject = card && subjectOf(card, state.rows, today.of, columns)

  const back = useCallback(() => go('/', view.search ? `?${new URLSearchParams({ q: view.search })}` : ''), [view.search])
  useEscape(back)

  const reach = useReach()

  const problem: Problem | null = state.problem ?? (error ? { message: messageFor(error), begins: null } : today.problem === null ? null : { message: text.problems.today(today.problem), begins: null })
  return (
    <div className={styles.page}>
      <MomentBand at={at} onChange={showMoment} onBack={back} />
      <div className={styles.tools}>
        <TextInput className={styles.search} leftSection={<Icon name="search" />} aria-label={text.search} placeholder={text.searchPlaceholder} value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)} />
        <ExportButton at={at} disabled={state.total === null} />
      </div>
      {problem && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /><span>{problem.message}</span>
          {problem.begins !== null && (
            // JavaScript dates drop microseconds, so the moment would be before history begins.
            <Button size="compact-sm" variant="default" onClick={() => showMoment(fieldOf(new Date(Date.parse(problem.begins!) + 1)))}>{text.problems.goToBeginning}</Button>
          )}
        </p>
      )}
      {data && momentOf(at) && (
        <AsOfGrid at={at} name={view.search} state={state} columns={columns} todayOf={today.of} handle={grid}
          onSee={onSee} onPositionChange={setRow} enter={enter} empty={view.search === '' ? text.grid.empty : text.grid.noMatches(view.search)} />
      )}
      <p className={styles.foot}>
        <span>{state.problem === null && positionText(row, state.total)}</span>
        <span className={styles.legend}><span className={styles.sample} aria-hidden="true" />{text.legend}</span>
        {reach && <span>{text.reach(reach.begins)}</span>}
      </p>
      {card && subject && (
        <DifferenceCard key={`${card.organizationId} ${card.integrationId}`} subject={subject} at={new Date(at).toISOString()} focusLink={entered} anchor={() => grid.current?.cell(card) ?? null}
          onEnter={keepExplanation} onLeave={() => hideExplanation('soon')} onGone={() => hideExplanation('once')}
          onClose={() => {
            hideExplanation('once')
            grid.current?.cell(card)?.focus()
            hideExplanation('once') // the focus alone would show it again
          }} />
      )}
    </div>
  )
}

/** Returns the integrations that the rows of a moment have shown so far: a search does not take columns away. */
function useIntegrations(at: string, rows: readonly Past[]): ReadonlyMap<string, string> {
  const [known, setKnown] = useState<{ at: string; all: ReadonlyMap<string, string> }>({ at, all: new Map() })
  useEffect(() => setKnown((before) => {
    const all = before.at === at ? before.all : new Map<string, string>()
    const more = [...integrationsIn(rows)].filter(([id]) => !all.has(id))
    return more.length === 0 && before.at === at ? before : { at, all: new Map([...all, ...more]) }
  }), [at, rows])
  return known.all
}

function subjectOf({ organizationId, integrationId }: Explained, rows: readonly Past[], todayOf: (id: string) => Today, columns: readonly ShownColumn[]): Subject | null {
  const past = rows.find(({ id }) => id === organizationId)
  if (!past) return null
  const today = todayOf(past.id)
  if (integrationId === nameColumn) {
    const since = sinceThen(past, today)
    return since && { kind: 'name', past, today, since }
  }
  const column = columns.find(({ id }) => id === integrationId)
  const difference = cellDifference(past, today, integrationId)
  return column && difference ? { kind: 'cell', past, today, column, difference } : null
}

/** Calls onEscape when Escape is pressed and nothing on the page has used it. */
function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (explained.get() !== null) return hideExplanation('once')
      if (event.target instanceof Element && event.target.closest('[role=dialog], [role=menu]')) return
      onEscape()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [onEscape])
}
