import type { Integration, Run } from '../api/documents'
import { words } from '../words'

export const isRunning = (run: Pick<Run, 'state'> | null | undefined) => run?.state === 'QUEUED' || run?.state === 'RUNNING'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off'

export interface Status {
  tone: Tone
  word: string
}

const { status } = words

/** Returns an integration's status. */
export function integrationStatus(integration: Pick<Integration, 'state' | 'lastRefresh'>): Status {
  const run = integration.lastRefresh
  if (integration.state === 'DISABLED') return { tone: 'off', word: status.paused }
  if (run?.state === 'QUEUED') return { tone: 'busy', word: run.failure ? status.waiting : status.queued }
  if (run?.state === 'RUNNING') return { tone: 'busy', word: run.failure ? status.waiting : status.refreshing }
  if (run?.state === 'NEEDS_REVIEW') return { tone: 'warn', word: status.needsReview }
  if (integration.state === 'NEEDS_ATTENTION') return { tone: 'bad', word: status.needsAttention }
  if (run?.state === 'FAILED') return { tone: 'bad', word: status.failed }
  if (!run) return { tone: 'off', word: status.neverRefreshed }
  if (run.state === 'CANCELLED') return { tone: 'off', word: status.canceled }
  return { tone: 'good', word: status.upToDate }
}

const outcomes: Record<Run['state'], Status> = {
  QUEUED: { word: status.queued, tone: 'busy' },
  RUNNING: { word: status.running, tone: 'busy' },
  SUCCEEDED: { word: status.succeeded, tone: 'good' },
  FAILED: { word: status.failed, tone: 'bad' },
  CANCELLED: { word: status.canceled, tone: 'off' },
  NEEDS_REVIEW: { word: status.needsReview, tone: 'warn' },
}

/** Returns how a run ended, or its current state. */
export const runStatus = ({ state }: Pick<Run, 'state'>): Status => outcomes[state]

/** Returns the progress of a run, from 0 to 1; null if the vendor reports no total. */
export function progressOf(run: Pick<Run, 'fetched' | 'total'>): number | null {
  if (run.total === null) return null
  return run.total === 0 ? 1 : Math.min(1, run.fetched / run.total)
}

/** Says why a list needs review. */
export function reviewReason({ name, counts, lastRefresh }: Pick<Integration, 'name' | 'counts' | 'lastRefresh'>): string {
  const fetched = lastRefresh?.fetched ?? 0
  return lastRefresh?.reviewReason === 'TOTAL_MISMATCH'
    ? words.review.totalMismatch({ name, reported: lastRefresh.total ?? 0, fetched })
    : words.review.shrank({ name, before: counts.total, now: fetched })
}
