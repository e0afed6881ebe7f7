import { formatNumber, formatPercent } from '../ui/format'
import { form, outOf, plural } from './plural'
import { duration } from './time'

const titles = { integration: 'Integration', state: 'State', progress: 'Progress', lastSuccess: 'Last success', lastChange: 'Last change', next: 'Next' }

/** Sync status. */
export const sync = {
  summary: 'Summary',
  groups: {
    attention: (n: number) => form(n, 'needs attention', 'need attention'),
    running: () => 'running',
    upToDate: () => 'up to date',
    idle: () => 'idle',
  },

  list: 'Integrations',
  titles,
  listed: (total: number) => `${formatNumber(total)} listed`,
  throughKaseyaOne: 'through KaseyaOne',
  applicationThroughKaseyaOne: (application: string) => `${application} through KaseyaOne`,
  percent: formatPercent,
  progress: ({ fetched, total }: { fetched: number; total: number | null }) => outOf(fetched, total),
  rate: (perSecond: number) => `${formatNumber(Math.round(perSecond))}/s`,
  attempt: (n: number) => `attempt ${formatNumber(n)}`,
  took: (milliseconds: number) => `Took ${duration(milliseconds)}`,
  finished: (ago: string) => `Finished ${ago}`,
  never: 'never',
  late: 'late',
  lateExplained: 'The last successful refresh is older than the schedule allows',
  off: 'Off',
  paused: 'Paused',
  pausedUntilFixed: 'Paused until fixed',
  scheduledAt: ({ time, schedule }: { time: string; schedule: string }) => `${time} (${schedule.toLowerCase()})`,
  schedule: (schedule: string) => `Automatic refresh: ${schedule}`,
  reviewOf: (name: string) => `Review the new list of ${name}`,
  retryAt: (time: string) => `Trying again at ${time}.`,

  change: {
    none: 'No changes',
    added: { sign: '+', word: 'new' },
    updated: { sign: '~', word: 'changed' },
    removed: { sign: '−', word: 'removed' },
    titled: ({ n, word }: { n: number; word: string }) => `${formatNumber(n)} ${word}`,
  },

  skipped: {
    rows: (n: number) => `${plural(n, 'row')} skipped`,
    row: ({ name, id, message }: { name: string | null; id: string | null; message: string }) => (
      <><strong>{name || 'No name'}</strong>{id && ` (ID ${id})`}: {message}</>
    ),
    first: ({ shown, total }: { shown: number; total: number }) => `Showing the first ${outOf(shown, total)}.`,
  },

  day: {
    title: 'The last 24 hours',
    hoursAgo: (hours: number) => (hours === 0 ? 'now' : `−${formatNumber(hours)} h`),
    legend: { succeeded: 'succeeded', failed: 'failed', needsReview: 'needs review', canceled: 'canceled', running: 'running' },
    run: ({ status, time, milliseconds, fetched }: { status: string; time: string; milliseconds: number; fetched: number }) =>
      `${status} ${time}, ${duration(milliseconds)}, ${plural(fetched, 'organization')}`,
    noRuns: (name: string) => `${name}: no refreshes`,
    runs: ({ name, runs, bad, latest, time }: { name: string; runs: number; bad: number; latest: string; time: string }) =>
      `${name}: ${plural(runs, 'refresh', 'refreshes')}, ${bad === 0 ? 'none' : formatNumber(bad)} failed or waiting for review. Latest: ${latest.toLowerCase()}, ${time}`,
  },

  runs: {
    title: 'Recent refreshes',
    none: 'No refreshes yet.',
    table: 'Table of recent refreshes',
    titles: ['Integration', 'Started', 'Duration', 'Outcome', 'Organizations', 'Changes', 'Started by'],
    outcome: ({ status, attempt }: { status: string; attempt: number }) => (attempt > 1 ? `${status}, attempt ${formatNumber(attempt)}` : status),
    inProgress: '…',
    noChanges: 'None',
    zone: (zone: string) => `Times are in ${zone}.`,
    showMore: (n: number) => `Show ${formatNumber(n)} more`,
  },
}
