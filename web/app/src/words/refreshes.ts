import type { Integration } from '../api/documents'
import { formatNumber } from '../ui/format'
import { plural } from './plural'

/** The states of integrations and runs. */
export const status = {
  paused: 'Paused',
  waiting: 'Waiting',
  queued: 'Queued',
  refreshing: 'Refreshing',
  running: 'Running',
  needsReview: 'Needs review',
  needsAttention: 'Needs attention',
  failed: 'Failed',
  neverRefreshed: 'Never refreshed',
  canceled: 'Canceled',
  succeeded: 'Succeeded',
  upToDate: 'Up to date',
}

export const schedules: Record<Integration['schedule'], string> = {
  OFF: 'Off', HOURLY: 'Hourly', EVERY_FOUR_HOURS: 'Every 4 hours', EVERY_TWELVE_HOURS: 'Every 12 hours', DAILY: 'Daily',
}

/** The dialog that asks whether to accept a list that looks wrong. */
export const review = {
  shrank: ({ name, before, now }: { name: string; before: number; now: number }) =>
    `${name} now lists ${plural(now, 'organization')} (was ${formatNumber(before)}). We kept your current list.`,
  totalMismatch: ({ name, reported, fetched }: { name: string; reported: number; fetched: number }) =>
    `${name} reports ${plural(reported, 'organization')}, but we could read only ${formatNumber(fetched)}. We kept your current list.`,

  shrankTitle: (name: string) => `${name} lists fewer organizations`,
  mismatchTitle: (name: string) => `${name} shows only part of its list`,
  before: 'Before',
  now: 'Now',
  missing: 'Missing',
  readable: 'Readable',
  reported: 'Reported',
  mapped: 'Mapped',
  dropExplained: 'A drop this large usually means a lost permission or a filter, so we haven’t changed anything.',
  acceptExplained: 'If you accept the new list, the missing organizations are marked as removed. Mappings are kept, and become active again if an organization comes back.',
  mismatchExplained: 'Usually the credentials don’t have access to the rest. If you use the organizations we could read, later refreshes with the same difference won’t need a review.',
  viewOnly: 'View only. Ask an admin for the Editor role to decide.',
  notNow: 'Not now',
  refreshAgain: 'Refresh again',
  useReadable: (n: number) => `Use the ${plural(n, 'organization')}`,
  accept: (removed: number) => `Accept: ${formatNumber(removed)} removed`,
}
