import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'

import { request } from '../api/client'
import { type ImportCandidate, ImportCandidates, ImportFromITGlue, type ImportResult, type Integration, type Quota } from '../api/documents'
import { onChange } from '../api/live'
import { offerUndo } from '../history/offering'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { byTool } from '../words/byTool'
import { ImportOutcome } from './ImportOutcome'
import styles from './ImportDialog.module.css'
import { chooseAll, exceedsLimit, isChosenByAll, newNames, type Outcome, preview, type Preview, similarTo } from './importing'
import { mapTo } from './mapping'

const text = words.importing
const pageLength = 200
const maxImported = 10_000 // in one import: the API's limit
const rowHeight = 40
const similarRowHeight = 64
const debounceTime = 150 // milliseconds

interface Props {
  sources: readonly Integration[]
  quota: Quota | undefined
  onClose: () => void
}

/** Imports organizations from IT Glue, after showing what each import would do. */
export function ImportDialog({ sources, quota, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const known = useRef(new Map<string, ImportCandidate>())
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [results, setResults] = useState<readonly ImportResult[] | null>(null)
  const [busy, setBusy] = useState<'choosing' | 'mapping' | 'importing' | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const remaining = quota?.remaining ?? null

  // Candidates that have been imported or mapped meanwhile can no longer be chosen.
  const unchoose = (gone: ReadonlySet<string>) => {
    for (const id of gone) known.current.delete(id)
    setChosen((before) => new Set([...before].filter((id) => !gone.has(id))))
  }
  const { candidates, total, loading, problem, more, all, remove } = useCandidates(search, sources, unchoose)
  const drop = (gone: ReadonlySet<string>) => {
    remove(gone)
    unchoose(gone)
  }

  // Candidates stay chosen when the search no longer lists them.
  for (const candidate of candidates) known.current.set(candidate.externalOrg.id, candidate)
  const picked = useMemo(() => [...chosen].flatMap((id) => known.current.get(id) ?? []), [chosen])
  const would = useMemo(() => preview(picked, chosen), [picked, chosen])
  const names = useMemo(() => newNames(picked, chosen), [picked, chosen])

  const forAll = candidates.filter((one) => isChosenByAll(one))
  const everyChosen = forAll.length > 0 && forAll.every(({ externalOrg }) => chosen.has(externalOrg.id))
  const toggle = (candidate: ImportCandidate) => {
    const next = new Set(chosen)
    if (!next.delete(candidate.externalOrg.id)) next.add(candidate.externalOrg.id)
    setChosen(next)
    setRefusal(null)
  }
  const toggleAll = async () => {
    if (everyChosen) {
      const shown = new Set(candidates.map(({ externalOrg }) => externalOrg.id))
      return setChosen(new Set([...chosen].filter((id) => !shown.has(id))))
    }
    setBusy('choosing')
    const every = await all(maxImported)
    for (const candidate of every) known.current.set(candidate.externalOrg.id, candidate)
    setChosen((before) => chooseAll([...picked.filter((one) => !every.includes(one)), ...every], before, remaining, maxImported))
    setBusy(null)
  }
  /** Maps a candidate to an organization instead of importing it. It is no longer a candidate then. */
  const mapThere = async ({ externalOrg }: ImportCandidate, organization: { id: string; name: string }) => {
    setBusy('mapping')
    const mapped = await mapTo({ id: externalOrg.id, name: externalOrg.name, integrationId: externalOrg.integration.id, holder: null }, organization)
    setBusy(null)
    if (mapped) drop(new Set([externalOrg.id]))
  }
  const submit = async () => {
    setBusy('importing')
    const result = await request('mutation', ImportFromITGlue, { ids: [...chosen] })
    setBusy(null)
    const wrong = result.problem ?? result.data?.importFromITGlue.userErrors[0]?.message
    if (wrong || !result.data) return setRefusal(wrong ?? words.problems.ourFault)
    const { results: made, change } = result.data.importFromITGlue
    setResults(made)
    if (change) offerUndo(text.imported(made.filter(({ organization }) => organization).length), { changeIds: [change.id] })
  }

  const sourceName = sources.length < 2 ? null
    : ({ externalOrg }: ImportCandidate) => sources.find(({ id }) => id === externalOrg.integration.id)?.name ?? ''
  const selectable = forAll.filter((one) => chosen.has(one.externalOrg.id) || !exceedsLimit(one, names, remaining)).length
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>} size={820}>
      {results ? <ImportOutcome results={results} onClose={onClose} /> : (
        <>
          <TextInput leftSection={<Icon name="search" />} aria-label={text.search} placeholder={text.searchPlaceholder} value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus />
          <div className={styles.all}>
            <Checkbox
              label={text.selectAll({ total, searched: search !== '' })}
              checked={everyChosen}
              indeterminate={!everyChosen && chosen.size > 0}
              disabled={busy !== null || selectable === 0}
              onChange={() => void toggleAll()}
            />
            <span className={styles.soft} role="status">
              {busy === 'choosing' ? text.loadingAll : problem ?? (loading && total === null ? words.common.loading : text.selected(chosen.size))}
            </span>
          </div>
          <Candidates {...{ candidates, total, chosen, remaining, names, more, sourceName, would }} searched={search !== ''} busy={busy !== null} onToggle={toggle} onMapThere={(candidate, organization) => void mapThere(candidate, organization)} />
          <p className={styles.sum} role="status">
            {text.sum.creates({ created: would.created, left: remaining === null ? null : Math.max(0, remaining - would.created) })}
            {would.mapped > 0 && <>{words.common.separator}{text.sum.maps(would.mapped)}</>}
            {would.overwritten > 0 && <>{words.common.separator}<span className={styles.warn}>{text.sum.replaces(would.overwritten)}</span></>}
            {would.skipped > 0 && <>{words.common.separator}{text.sum.skips(would.skipped)}</>}
          </p>
          {refusal && <p className={styles.refusal} role="alert">{refusal}</p>}
          <Group justify="flex-end" mt="sm">
            <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
            <Button loading={busy === 'importing'} disabled={chosen.size === 0} onClick={() => void submit()}>
              {text.import(chosen.size - would.skipped)}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  )
}

interface ListProps {
  candidates: readonly ImportCandidate[]
  total: number | null
  chosen: ReadonlySet<string>
  remaining: number | null
  names: ReadonlySet<string>
  would: Preview
  /** Whether the list contains only what a search found. */
  searched: boolean
  more: (() => void) | null
  /** The connection that a candidate comes from, if there are several. */
  sourceName: ((candidate: ImportCandidate) => string) | null
  busy: boolean
  onToggle: (candidate: ImportCandidate) => void
  onMapThere: (candidate: ImportCandidate, organization: { id: string; name: string }) => void
}

function Candidates({ candidates, total, chosen, remaining, names, would: { outcomes, importedInstead }, searched, more, sourceName, busy, onToggle, onMapThere }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const similar = useMemo(() => candidates.map(similarTo), [candidates])
  const virtualizer = useVirtualizer({
    count: candidates.length, getScrollElement: () => scroller.current, overscan: 6, estimateSize: (at) => ((similar[at]?.length ?? 0) > 0 ? similarRowHeight : rowHeight),
  })
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, similar])
  const items = virtualizer.getVirtualItems()
  const nearEnd = (items.at(-1)?.index ?? 0) >= candidates.length - 20
  useEffect(() => {
    if (nearEnd) more?.()
  }, [nearEnd, more])
  return (
    <div ref={scroller} className={styles.list} role="group" aria-label={text.list} tabIndex={0}>
      {total === 0 && <p className={styles.empty}>{searched ? text.noMatches : text.nothingToImport}</p>}
      <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const candidate = candidates[item.index]
          if (!candidate) return null
          const id = candidate.externalOrg.id
          const checked = chosen.has(id)
          const blocked = !checked && exceedsLimit(candidate, names, remaining)
          const like = similar[item.index] ?? []
          return (
            <div key={id} className={styles.candidate} data-blocked={blocked || undefined} style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
              <Checkbox checked={checked} disabled={blocked} onChange={() => onToggle(candidate)} label={candidate.externalOrg.name} />
              <span className={styles.outcome} data-outcome={checked ? outcomes.get(id) : undefined}>
                {sourceName && <span className={styles.source}>{sourceName(candidate)}{words.common.separator}</span>}
                {blocked ? text.limitReached : outcomeText(candidate, checked ? (outcomes.get(id) ?? candidate.outcome) : candidate.outcome, importedInstead.get(id))}
              </span>
              {like.length > 0 && <Similar candidate={candidate} organizations={like} busy={busy} onMapThere={(organization) => onMapThere(candidate, organization)} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface SimilarProps {
  candidate: ImportCandidate
  organizations: readonly { id: string; name: string }[]
  busy: boolean
  onMapThere: (organization: { id: string; name: string }) => void
}

/** Offers to map a candidate to an organization that it resembles, instead of creating one. */
function Similar({ candidate, organizations, busy, onMapThere }: SimilarProps) {
  const { importing } = byTool
  return (
    <span className={styles.similar}>
      <span className={styles.similarText}>{importing.similar(organizations.map(({ name }) => name))}</span>
      {organizations.map((organization) => (
        <Button key={organization.id} size="compact-xs" variant="light" disabled={busy} title={organization.name} onClick={() => onMapThere(organization)}
          aria-label={importing.mapThereFor({ external: candidate.externalOrg.name, organization: organization.name })}>
          {importing.mapThere(organization.name)}
        </Button>
      ))}
    </span>
  )
}

function outcomeText({ organization, externalOrg }: ImportCandidate, outcome: Outcome, importedInstead: string | undefined): string {
  switch (outcome) {
    case 'CREATED':
      return text.creates
    case 'MAPPED_EXISTING':
      return organization ? text.mapsTo({ organization: organization.name, active: organization.active }) : text.mapsToCreated
    case 'OVERWROTE_MAPPING': {
      const replaced = organization?.mappings.filter(({ integration }) => integration.id === externalOrg.integration.id).map((one) => one.externalOrg.name) ?? []
      return text.replaces({ externals: replaced, active: organization?.active ?? true })
    }
    case 'SKIPPED_DUPLICATE_NAME':
      return text.skipsDuplicate(importedInstead ?? null)
    case 'SKIPPED_ALREADY_IMPORTED':
      return text.alreadyMapped
    case 'SIMILAR_EXISTS': // never the outcome of an import
      return text.similarExists
  }
}

interface Read {
  search: string
  candidates: readonly ImportCandidate[]
  total: number | null
  cursor: string | null
  loading: boolean
  problem: string | null
}

const rereadDelay = 500 // milliseconds after the last change before the candidates are read again

/** Returns the candidates that a search finds, read page by page and kept up to date. onGone gets those that are no longer candidates. */
function useCandidates(search: string, sources: readonly Integration[], onGone: (ids: ReadonlySet<string>) => void) {
  const [read, setRead] = useState<Read>({ search, candidates: [], total: null, cursor: null, loading: true, problem: null })
  const integrationIds = useMemo(() => sources.map(({ id }) => id), [sources])
  const busy = useRef(false)

  const next = useCallback(async (after: string | null) => {
    const result = await request('query', ImportCandidates, { first: pageLength, after, search: search || null, integrationIds })
    if (result.problem !== null) return { nodes: [], total: null, cursor: null, problem: result.problem }
    const { nodes, totalCount, pageInfo } = result.data.importCandidates
    return { nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null, problem: null }
  }, [search, integrationIds])

  useEffect(() => {
    let current = true
    busy.current = true
    void next(null).then(({ nodes, total, cursor, problem }) => {
      busy.current = false
      if (current) setRead({ search, candidates: nodes, total, cursor, loading: false, problem })
    })
    return () => {
      current = false
    }
  }, [next, search])

  const more = useCallback(() => {
    if (busy.current || read.cursor === null) return
    busy.current = true
    void next(read.cursor).then(({ nodes, cursor, problem }) => {
      busy.current = false
      setRead((before) => before.search === search ? { ...before, candidates: [...before.candidates, ...nodes], cursor, problem } : before)
    })
  }, [next, read.cursor, search])

  /** Reads the rest of the list, up to most candidates. */
  const all = async (most: number): Promise<readonly ImportCandidate[]> => {
    let { candidates, cursor } = read
    busy.current = true
    while (cursor !== null && candidates.length < most) {
      const page = await next(cursor)
      candidates = [...candidates, ...page.nodes]
      cursor = page.cursor
    }
    busy.current = false
    setRead((before) => before.search === search ? { ...before, candidates, cursor } : before)
    return candidates
  }

  /** Takes candidates off the list that are none anymore. */
  const remove = (gone: ReadonlySet<string>) => setRead((before) => {
    const left = before.candidates.filter(({ externalOrg }) => !gone.has(externalOrg.id))
    return { ...before, candidates: left, total: before.total === null ? null : before.total - (before.candidates.length - left.length) }
  })

  const latest = useRef({ read, onGone })
  useEffect(() => {
    latest.current = { read, onGone }
  })
  useEffect(() => {
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const readAgain = async () => {
      if (busy.current) return later()
      const before = latest.current.read
      if (before.search !== search || before.total === null) return
      let page = await next(null)
      let candidates: readonly ImportCandidate[] = page.nodes
      while (current && page.cursor !== null && candidates.length < before.candidates.length) {
        page = await next(page.cursor)
        candidates = [...candidates, ...page.nodes]
      }
      if (!current || page.problem !== null || latest.current.read !== before) return
      const left = new Set(candidates.map(({ externalOrg }) => externalOrg.id))
      const gone = page.cursor === null ? before.candidates.map(({ externalOrg }) => externalOrg.id).filter((id) => !left.has(id)) : []
      setRead({ ...before, candidates, total: page.total ?? before.total, cursor: page.cursor })
      if (gone.length > 0) latest.current.onGone(new Set(gone))
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void readAgain(), rereadDelay)
    }
    const stop = onChange(later)
    return () => {
      current = false
      clearTimeout(timer)
      stop()
    }
  }, [next, search])

  const fresh = read.search === search
  return { ...read, loading: read.loading || !fresh, more: read.cursor === null ? null : more, all, remove }
}
