import type { Integration, Run } from '../api/documents'

/** Formats follow the browser: its languages, its 12- or 24-hour clock, and its time zone. */
const many = new Intl.NumberFormat()
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const percents = new Intl.NumberFormat(undefined, { style: 'percent' })
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const dayAndTime = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })
const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })
const exact = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
})

export const count = (n: number) => many.format(n)

/** Formats a fraction from 0 to 1 as a percentage. */
export const percent = (part: number) => percents.format(part)

export const plural = (n: number, one: string, several = `${one}s`) => `${count(n)} ${n === 1 ? one : several}`

/** Says in words how long ago something happened. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1_000))
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${count(seconds)} s ago`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${count(minutes)} min ago`
  const hours = Math.round(minutes / 60)
  if (hours < 48) return `${count(hours)} h ago`
  return `${count(Math.round(hours / 24))} days ago`
}

/** Formats when something happened or will happen: only the time if it is today. */
export function clockTime(moment: string): string {
  const at = new Date(moment)
  const today = new Date().toDateString() === at.toDateString()
  return (today ? timeOfDay : dayAndTime).format(at)
}

/** Formats a time to the second, with its time zone. */
export const exactTime = (moment: string) => exact.format(new Date(moment))

/** Formats the day of a time, written out. */
export const calendarDay = (moment: string) => longDay.format(new Date(moment))

/** Returns the time zone in which times are shown. */
export function zoneName(now = new Date()): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZoneName: 'long' }).formatToParts(now)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}

/** Formats how long something took. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 10_000) return `${oneDecimal.format(milliseconds / 1_000)} s`
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 60) return `${count(seconds)} s`
  return `${count(Math.floor(seconds / 60))} min ${count(seconds % 60)} s`
}

const applicationNames: Record<Integration['application'], string> = {
  IT_GLUE: 'IT Glue', DATTO_RMM: 'Datto RMM', AUTOTASK: 'Autotask PSA', CONNECTWISE: 'ConnectWise PSA', HALO_PSA: 'HaloPSA',
  NINJA_ONE: 'NinjaOne', HUDU: 'Hudu', VSA_X: 'Kaseya VSA X', KASEYA_BMS: 'Kaseya BMS', KASEYA_ONE: 'KaseyaOne',
  KASEYA_MODULE: 'KaseyaOne module',
}

export const applicationName = (application: Integration['application']) => applicationNames[application]

const schedules: Record<Integration['schedule'], string> = {
  OFF: 'Off', HOURLY: 'Hourly', EVERY_FOUR_HOURS: 'Every 4 hours', EVERY_TWELVE_HOURS: 'Every 12 hours', DAILY: 'Daily',
}

export const scheduleWords = (schedule: Integration['schedule']) => schedules[schedule]

/** All schedules, with their labels. */
export const allSchedules = Object.entries(schedules).map(([value, label]) => ({ value: value as Integration['schedule'], label }))

export const isRunning = (run: Pick<Run, 'state'> | null | undefined) => run?.state === 'QUEUED' || run?.state === 'RUNNING'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off'

/** Describes an integration's state in a word or two, with a tone. */
export function standingOf(integration: Pick<Integration, 'state' | 'lastRefresh'>): { tone: Tone; word: string } {
  const run = integration.lastRefresh
  if (integration.state === 'DISABLED') return { tone: 'off', word: 'Paused' }
  if (run?.state === 'QUEUED') return { tone: 'busy', word: run.failure ? 'Waiting' : 'Queued' }
  if (run?.state === 'RUNNING') return { tone: 'busy', word: run.failure ? 'Waiting' : 'Refreshing' }
  if (run?.state === 'NEEDS_REVIEW') return { tone: 'warn', word: 'Needs review' }
  if (integration.state === 'NEEDS_ATTENTION') return { tone: 'bad', word: 'Needs attention' }
  if (run?.state === 'FAILED') return { tone: 'bad', word: 'Failed' }
  if (!run) return { tone: 'off', word: 'Never refreshed' }
  if (run.state === 'CANCELLED') return { tone: 'off', word: 'Canceled' }
  return { tone: 'good', word: 'Up to date' }
}

const ends: Record<Run['state'], { word: string; tone: Tone }> = {
  QUEUED: { word: 'Queued', tone: 'busy' },
  RUNNING: { word: 'Running', tone: 'busy' },
  SUCCEEDED: { word: 'Succeeded', tone: 'good' },
  FAILED: { word: 'Failed', tone: 'bad' },
  CANCELLED: { word: 'Canceled', tone: 'off' },
  NEEDS_REVIEW: { word: 'Needs review', tone: 'warn' },
}

/** Says how a run ended, or what it is doing. */
export const endOf = ({ state }: Pick<Run, 'state'>) => ends[state]

/** Returns the progress of a run, from 0 to 1; null if the vendor reports no total. */
export function share(run: Pick<Run, 'fetched' | 'total'>): number | null {
  if (run.total === null) return null
  return run.total === 0 ? 1 : Math.min(1, run.fetched / run.total)
}

/** Says why a list waits for review. */
export function underReview({ name, counts, lastRefresh }: Pick<Integration, 'name' | 'counts' | 'lastRefresh'>): string {
  const fetched = lastRefresh?.fetched ?? 0
  if (lastRefresh?.reviewReason === 'TOTAL_MISMATCH') {
    return `${name} says it has ${plural(lastRefresh.total ?? 0, 'organization')}, but we can read ${count(fetched)} of them. We kept your current list.`
  }
  return `${name} now lists ${plural(fetched, 'organization')} (was ${count(counts.total)}). We kept your current list.`
}
