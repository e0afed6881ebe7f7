import { useCallback, useEffect, useRef, useState } from 'react'

import { client } from '../api/client'
import { type GridRow, OrganizationPage, RowsById } from '../api/documents'
import type { VariablesOf } from '../api/graphql'
import { onChange } from '../api/live'
import { messageFor } from '../api/problems'

export const pageSize = 50

const maxSuggestedIn = 100 // integrations in one query: the API's limit

/** Returns the IDs of the integrations whose suggestions the grid's rows have. */
export const suggestedIn = (integrationIds: readonly string[]): string[] => integrationIds.slice(0, maxSuggestedIn)

/** The organizations that the grid lists: those that the server finds, or some by ID. */
export type List =
  | { kind: 'found'; search: string; filter: VariablesOf<typeof OrganizationPage>['filter'] }
  | { kind: 'named'; ids: readonly string[] }

/** Reports whether a list is filtered by mappings or suggestions. */
export const byMatches = (list: Extract<List, { kind: 'found' }>): boolean =>
  Boolean(list.filter?.unmappedIn ?? list.filter?.suggestedIn ?? list.filter?.needsDecisionIn)

export interface Rows {
  /** The number of rows in the list; null until it is known. */
  total: number | null
  /** Returns the organization of a row; undefined while its page is loading. Never returns that of another row. */
  at: (row: number) => GridRow | undefined
  /** Returns the IDs of the organizations that are loaded. */
  loadedIds: () => string[]
  /** An error message, if any. */
  problem: string | null
}

interface Loaded {
  key: string
  total: number | null
  pages: ReadonlyMap<number, readonly GridRow[]>
  problem: string | null
}

const settleTime = 80 // milliseconds that the grid must be almost still before pages are read: a fling passes dozens
const stillness = 10 // rows that it may move in that time

/**
 * Reads the pages that contain the rows from first to last, and keeps them up to date. Each page has its own subscription, so a
 * response can only end up in the page that was requested. integrationIds names the integrations whose suggestions
 * the rows bring along.
 */
export function useRows(list: List, integrationIds: readonly string[], first: number, last: number, reloads: number): Rows {
  const key = `${reloads} ${JSON.stringify([list, integrationIds])}`
  const [loaded, setLoaded] = useState<Loaded>({ key: '', total: null, pages: new Map(), problem: null })
  const subscriptions = useRef({ key: '', stops: new Map<number, () => void>() })

  const from = Math.floor(Math.max(0, first) / pageSize)
  const to = Math.floor(Math.max(0, last) / pageSize)
  const about = Math.floor(first / stillness)

  useEffect(() => {
    const { current } = subscriptions
    if (current.key !== key) {
      for (const stop of current.stops.values()) stop()
      subscriptions.current = { key, stops: new Map() }
    }
    const { stops } = subscriptions.current
    for (const [page, stop] of stops) {
      if (page < from - 1 || page > to + 1) {
        stop()
        stops.delete(page)
      }
    }
    const open = () => {
      for (let page = from; page <= to; page++) {
        if (!stops.has(page)) stops.set(page, watchPage(list, integrationIds, page, reloads > 0, (change) => setLoaded((all) => withPage(all, key, page, change))))
      }
    }
    if (stops.size === 0) {
      open()
      return
    }
    const timer = setTimeout(open, settleTime)
    return () => clearTimeout(timer)
    // The key stands for the list. A change of about only restarts the timer; the effect does not read it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, from, to, about])

  // Pages out of sight are not kept up to date: after a change they are read again before they are shown.
  useEffect(() => onChange(() => setLoaded((all) => keepPages(all, subscriptions.current.stops))), [])

  useEffect(() => () => {
    for (const stop of subscriptions.current.stops.values()) stop()
    subscriptions.current = { key: '', stops: new Map() }
  }, [])

  const latest = useRef(loaded)
  useEffect(() => {
    latest.current = loaded
  })
  const loadedIds = useCallback(() => [...latest.current.pages.values()].flatMap((rows) => rows.map(({ id }) => id)), [])

  if (loaded.key !== key) return { total: null, at: () => undefined, loadedIds, problem: null }
  return {
    loadedIds,
    total: loaded.total,
    at: (row) => loaded.pages.get(Math.floor(row / pageSize))?.[row % pageSize],
    problem: loaded.problem,
  }
}

/** What became of reading a page. */
export type PageChange = { total: number; rows: readonly GridRow[] } | { problem: string }

function withPage(all: Loaded, key: string, page: number, change: PageChange): Loaded {
  const mine = all.key === key ? all : { key, total: null, pages: new Map<number, readonly GridRow[]>(), problem: null }
  if ('problem' in change) return { ...mine, problem: change.problem }
  return { key, total: change.total, pages: new Map(mine.pages).set(page, change.rows), problem: null }
}

function keepPages(all: Loaded, watched: ReadonlyMap<number, unknown>): Loaded {
  const pages = new Map([...all.pages].filter(([page]) => watched.has(page)))
  return pages.size === all.pages.size ? all : { ...all, pages }
}

function watchPage(list: List, integrationIds: readonly string[], page: number, refetch: boolean, onChange: (change: PageChange) => void): () => void {
  // Mappings and suggestions change these lists, but not what the cache holds of them.
  const old = list.kind === 'found' && (list.search !== '' || byMatches(list))
  return queryPage(list, integrationIds, page, refetch || old ? 'cache-and-network' : 'cache-first', onChange)
}

/** Reads one page of a list, from the cache if it is there: the pages on the screen are. */
export const readPage = (list: List, integrationIds: readonly string[], page: number): Promise<PageChange> =>
  new Promise((resolve) => {
    let stop: (() => void) | null = null
    stop = queryPage(list, integrationIds, page, 'cache-first', (change) => {
      resolve(change)
      queueMicrotask(() => stop?.())
    })
  })

type Policy = 'cache-first' | 'cache-and-network'

function queryPage(list: List, integrationIds: readonly string[], page: number, requestPolicy: Policy, onChange: (change: PageChange) => void): () => void {
  const context = { requestPolicy }
  if (list.kind === 'named') {
    const ids = list.ids.slice(page * pageSize, (page + 1) * pageSize)
    if (ids.length === 0) {
      onChange({ total: list.ids.length, rows: [] })
      return () => undefined
    }
    return client.query(RowsById, { ids: [...ids], suggestedIn: [...integrationIds] }, context).subscribe(({ data, error }) => {
      if (data) onChange({ total: list.ids.length, rows: data.nodes.filter((node) => node?.__typename === 'Organization') })
      else if (error) onChange({ problem: messageFor(error) })
    }).unsubscribe
  }
  const variables = { offset: page * pageSize, first: pageSize, search: list.search || null, filter: list.filter, suggestedIn: [...integrationIds] }
  return client.query(OrganizationPage, variables, context).subscribe(({ data, error }) => {
    if (data) onChange({ total: data.organizations.totalCount, rows: data.organizations.nodes })
    else if (error) onChange({ problem: messageFor(error) })
  }).unsubscribe
}
