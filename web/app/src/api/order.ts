import { type Exchange, makeOperation } from 'urql'
import { pipe, tap } from 'wonka'

import type { Run } from './documents'

/**
 * Responses and events arrive over two connections, and a response can be older than an event that arrived before it. This module
 * keeps older data from replacing newer: runs never go back, and what changed while a response was pending is read again.
 */

const rank: Record<Run['state'], number> = { QUEUED: 0, RUNNING: 1, SUCCEEDED: 2, FAILED: 2, CANCELLED: 2, NEEDS_REVIEW: 2 }

type Known = Pick<Run, 'id' | 'state' | 'fetched' | 'attempt'> & Record<string, unknown>

/** Reports whether one state of a run is older than another. */
export function isOlder(one: Pick<Run, 'state' | 'fetched' | 'attempt'>, other: Pick<Run, 'state' | 'fetched' | 'attempt'>): boolean {
  if (rank[other.state] === 2 || rank[one.state] === 2) return rank[one.state] < rank[other.state]
  if (one.attempt !== other.attempt) return one.attempt < other.attempt
  if (one.state !== other.state) return rank[one.state] < rank[other.state]
  return one.fetched < other.fetched
}

/** Replaces each run in a response with its newest known state. */
export function keepNewest(value: unknown, newest: Map<string, Known>): void {
  if (Array.isArray(value)) {
    for (const item of value) keepNewest(item, newest)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const fields = value as Record<string, unknown>
  if (fields.__typename === 'RefreshRun' && typeof fields.id === 'string' && 'attempt' in fields) {
    const run = fields as Known
    const known = newest.get(run.id)
    if (!known || !isOlder(run, known)) newest.set(run.id, { ...run })
    else for (const field of Object.keys(run)) if (field in known && field !== 'integration') run[field] = known[field]
  }
  for (const field of Object.values(fields)) keepNewest(field, newest)
}

let pendingCount = 0
let waiting: (() => void)[] = []

/** Reports whether queries are pending. */
export const hasPendingQueries = () => pendingCount > 0

/** Resolves when no query is pending. */
export const pendingQueriesDone = (): Promise<void> =>
  pendingCount === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))

/** Sits behind the cache, where responses and events arrive. */
export const orderExchange: Exchange = ({ client, forward }) => {
  const newest = new Map<string, Known>()
  const pending = new Set<number>()
  const stale = new Set<number>() // sent before an event that has arrived since: the cache cannot repeat them while they are pending
  const done = (key: number) => {
    if (!pending.delete(key)) return
    pendingCount = pending.size
    if (pendingCount > 0) return
    const all = waiting
    waiting = []
    // After the cache has processed the response.
    setTimeout(() => all.forEach((resolve) => resolve()))
  }
  return (operations) => pipe(
    operations,
    tap(({ kind, key }) => {
      if (kind === 'query') pendingCount = pending.add(key).size
      if (kind === 'teardown') {
        stale.delete(key)
        done(key)
      }
    }),
    forward,
    tap(({ data, operation }) => {
      keepNewest(data, newest)
      if (operation.kind === 'subscription' && (data as { accountChanges?: unknown } | undefined)?.accountChanges) for (const key of pending) stale.add(key)
      if (operation.kind !== 'query') return
      done(operation.key)
      if (stale.delete(operation.key)) setTimeout(() => client.reexecuteOperation(makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' })))
    }),
  )
}
