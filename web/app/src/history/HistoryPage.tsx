import { Button } from '@mantine/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { request } from '../api/client'
import { IntegrationsQuery, type Viewer } from '../api/documents'
import { onChange } from '../api/live'
import { useAddress } from '../ui/address'
import { formatDayOfWeek, timeZoneName } from '../ui/format'
import { Icon } from '../ui/Icon'
import { useKeptScroll } from '../ui/scrolling'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { words } from '../words'
import { history as text } from '../words/history'
import { pageLength } from './ChangeList'
import { type Change, ChangesById } from './documents'
import { Entry, type Open } from './Entry'
import { ExportButton } from './ExportButton'
import { type Actor, Filters } from './Filters'
import styles from './History.module.css'
import { standingOf } from './standing'
import { type Place, Timeline, type TimelineHandle } from './Timeline'
import { useChanges } from './useChanges'
import { useReach } from './useReach'
import { address, filterOf, isFiltered } from './view'

const nearTop = 20 // pixels

/** Everything that has happened in the account, newest first, with what can be undone. */
export function HistoryPage({ viewer }: { viewer: Viewer }) {
  const [{ data }] = useQuery({ query: IntegrationsQuery })
  const editable = viewer.role !== 'VIEWER'
  const scroller = useRef<HTMLDivElement>(null)
  const timeline = useRef<TimelineHandle>(null)
  const [focused, setFocused] = useState<string | null>(null) // the entry that has, or had, the focus
  const arriving = useRef(true) // whether the open entry has yet to be scrolled to
  const [view, change] = useAddress(address, () => {
    arriving.current = true
    setUndoing(false)
  })
  const [undoing, setUndoing] = useState(false)
  const filter = useMemo(() => filterOf(view), [view])
  const opened = view.change
  const held = useRef(opened !== null)
  const { list, state } = useChanges(filter, () => !held.current && isIdle(scroller.current))
  useEffect(() => {
    held.current = opened !== null
  })
  const { rows, total, cursor, loading, problem, waiting, undoable } = state
  useRetryOnReconnect(problem, () => void list.show())
  useKeptScroll(scroller, 'history', JSON.stringify(filter))
  const actors = useActors([...rows, ...waiting])
  const linked = useLinked(opened !== null && !loading && !rows.some(({ id }) => id === opened) ? opened : null)

  const open = useCallback((id: string, how: Open) => {
    setUndoing(how === 'undo')
    change({ change: how === null ? null : id })
    if (how === null) toggleOf(scroller.current, id)?.focus()
  }, [change])
  useEffect(() => {
    if (opened === null || !arriving.current) return
    const inList = timeline.current?.show(opened) ?? false
    const toggle = inList ? null : toggleOf(scroller.current, opened)
    if (!inList && !toggle) return
    arriving.current = false
    toggle?.closest('li')?.scrollIntoView({ block: 'start' })
    toggle?.focus({ preventScroll: true })
  })
  const reach = useReach()
  const entry = (one: Change, place?: Place) => (
    <Entry key={one.id} change={one} open={one.id !== opened ? null : undoing ? 'undo' : 'details'} editable={editable} undoable={undoable.get(standingOf(one).target)}
      historyBegins={reach?.begins ?? null} {...place} onOpen={open} />
  )
  const kept = useMemo(() => [opened, focused], [opened, focused])

  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <Filters view={view} actors={actors} integrations={data?.integrations ?? []} onChange={change} />
        <ExportButton key={JSON.stringify(filter)} filter={filter} />
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> {problem} <Button size="compact-sm" variant="default" onClick={() => void (total === null ? list.show() : list.more())}>{words.common.tryAgain}</Button>
        </p>
      )}
      <div className={styles.frame}>
        <div role="status" className={styles.waiting}>
          {waiting.length > 0 && (
            <button type="button" onClick={() => void list.showWaiting().then(() => timeline.current?.show(null))}>
              {text.waiting(waiting.length, waiting.length >= pageLength)}
            </button>
          )}
        </div>
        <div ref={scroller} className={styles.scroller} role="region" aria-label={text.list} aria-busy={loading} tabIndex={0}
          onFocus={({ target }) => setFocused(target.closest('[data-change]')?.getAttribute('data-change') ?? null)}>
          {linked === 'gone' && <p className={styles.note} role="status">{text.gone}</p>}
          {linked !== null && linked !== 'gone' && (
            <section className={styles.linked} aria-labelledby="linked">
              <h2 id="linked">{text.linked}</h2>
              <ol>{entry(linked)}</ol>
            </section>
          )}
          <Timeline changes={rows} scroller={scroller} kept={kept} dayText={dayText} entry={entry} handle={timeline} />
          {total === null && loading && <Skeleton />}
          {total === 0 && rows.length === 0 && <p className={styles.empty}>{isFiltered(view) ? text.emptyFiltered : text.empty}</p>}
          {cursor !== null && <Button className={styles.more} variant="default" loading={loading} onClick={() => void list.more()}>{text.showMore}</Button>}
          {total !== null && cursor === null && reach && <p className={styles.reach}>{text.reach(reach)}</p>}
        </div>
      </div>
      <p className={styles.foot}>
        <span role="status">{total === null ? loading && text.loading : text.showing({ shown: rows.length, total })}</span>
        <span>{text.zone(timeZoneName())}</span>
      </p>
    </div>
  )
}

const dayText = (name: 'today' | 'yesterday' | null, at: string) => (name === null ? formatDayOfWeek(at) : text[name](formatDayOfWeek(at)))

/** Reports whether the beginning of the list is on the screen and nothing has the focus. */
function isIdle(scroller: HTMLElement | null): boolean {
  const { activeElement } = document
  return (scroller?.scrollTop ?? 0) < nearTop && (activeElement === null || activeElement === document.body || activeElement.id === 'content')
}

/** Returns the button that opens an entry. */
const toggleOf = (scroller: HTMLElement | null, id: string): HTMLElement | null => scroller?.querySelector<HTMLElement>(`[data-change="${CSS.escape(id)}"] [aria-expanded]`) ?? null

function Skeleton() {
  return <div className={styles.skeleton} aria-hidden="true">{Array.from({ length: 8 }, (_, at) => <span key={at} />)}</div>
}

/** Returns everyone who made one of the changes that have been loaded so far, by name. */
function useActors(changes: readonly Change[]): readonly Actor[] {
  const [known] = useState(() => new Map<string, Actor>())
  for (const { actor: { id, name, kind } } of changes) if (id !== null && !known.has(id)) known.set(id, { id, name: kind === 'TOKEN' ? text.filters.token(name) : name })
  return [...known.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** Reads a change that the list does not show, and keeps it up to date. */
function useLinked(id: string | null): Change | 'gone' | null {
  const [found, setFound] = useState<{ id: string; change: Change | 'gone' } | null>(null)
  useEffect(() => {
    if (id === null) return
    let current = true
    const read = async () => {
      const { data } = await request('query', ChangesById, { ids: [id] })
      const [node] = data?.nodes ?? []
      if (current && data) setFound({ id, change: node?.__typename === 'Change' ? node : 'gone' })
    }
    void read()
    const stop = onChange(() => void read())
    return () => {
      current = false
      stop()
    }
  }, [id])
  return found?.id === id ? found.change : null
}
