import { useEffect, useState } from 'react'

import { RecentRuns } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { request, connection } from '../api/client'
import { onProgress } from '../api/live'
import { isRunning } from '../ui/status'

export type RecentRun = ResultOf<typeof RecentRuns>['refreshRuns']['nodes'][number]

export const day = 24 * 60 * 60 * 1_000 // milliseconds
const pageLength = 200
const maxPages = 5

export interface Runs {
  /** Newest first. */
  all: readonly RecentRun[]
  problem: string | null
  /** Recent speed of a run in organizations per second, as far as this page has seen it. */
  rate: (runId: string) => number | null
}

interface Speed {
  since: number
  from: number
  rate: number | null
}

/** Returns the last day's runs and the live ones, kept up to date. */
export function useRuns(): Runs {
  const [runs, setRuns] = useState<ReadonlyMap<string, RecentRun>>(new Map())
  const [problem, setProblem] = useState<string | null>(null)
  const [speeds] = useState(() => new Map<string, Speed>())

  useEffect(() => {
    let current = true
    const read = async () => {
      let after: string | null = null
      for (let page = 0; page < maxPages; page++) {
        const result: Awaited<ReturnType<typeof readPage>> = await readPage(after)
        if (!current) return
        if (result.problem !== null) return setProblem(result.problem)
        const { nodes, pageInfo } = result.data.refreshRuns
        setRuns((before) => merge(before, nodes))
        const oldest = nodes.at(-1)
        if (!pageInfo.hasNextPage || !oldest || Date.parse(oldest.queuedAt) < Date.now() - day) break
        after = pageInfo.endCursor
      }
      setProblem(null)
    }
    void read()
    const stop = onProgress(({ run }) => {
      measure(speeds, run)
      setRuns((before) => merge(before, [run]))
    })
    // Runs that ended while the connection was down are not announced again.
    const stopWatching = connection.subscribe(() => {
      if (connection.get() === 'live') void read()
    })
    return () => {
      current = false
      stop()
      stopWatching()
    }
  }, [speeds])

  const all = [...runs.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
  return { all, problem, rate: (runId) => speeds.get(runId)?.rate ?? null }
}

const readPage = (after: string | null) => request('query', RecentRuns, { first: pageLength, after, integrationId: null })

/** A run that has ended does not resume: a page that was read before the event arrived must not hide its end. */
function merge(before: ReadonlyMap<string, RecentRun>, updates: readonly RecentRun[]): ReadonlyMap<string, RecentRun> {
  const next = new Map(before)
  for (const run of updates) {
    const known = next.get(run.id)
    if (known && !isRunning(known) && isRunning(run)) continue
    next.set(run.id, run)
  }
  return next
}

const minInterval = 400 // milliseconds over which a rate is computed at least

function measure(speeds: Map<string, Speed>, run: RecentRun) {
  if (!isRunning(run)) return void speeds.delete(run.id)
  const now = performance.now()
  const known = speeds.get(run.id)
  if (!known || run.fetched < known.from) return void speeds.set(run.id, { since: now, from: run.fetched, rate: null })
  const interval = now - known.since
  if (interval >= minInterval) known.rate = ((run.fetched - known.from) * 1_000) / interval
}

/** Returns the current time, updated at the given interval in milliseconds. */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
