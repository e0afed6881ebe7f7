import type { Integration, Run } from '../api/documents'

const many = new Intl.NumberFormat('en')

export const count = (n: number) => many.format(n)

export const plural = (n: number, one: string, several = `${one}s`) => `${count(n)} ${n === 1 ? one : several}`

/** How long ago a moment was, in the words of a wall clock. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1_000))
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.round(minutes / 60)
  if (hours < 48) return `${hours} h ago`
  return `${Math.round(hours / 24)} days ago`
}

export function clockTime(moment: string): string {
  const at = new Date(moment)
  const today = new Date().toDateString() === at.toDateString()
  return at.toLocaleString('en-GB', today ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
}

/** How long something took. */
export function lasting(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

const applicationNames: Record<Integration['application'], string> = {
  IT_GLUE: 'IT Glue', DATTO_RMM: 'Datto RMM', AUTOTASK: 'Autotask PSA', CONNECTWISE: 'ConnectWise PSA', HALO_PSA: 'HaloPSA',
  NINJA_ONE: 'NinjaOne', HUDU: 'Hudu', VSA_X: 'Kaseya VSA X', KASEYA_BMS: 'Kaseya BMS', KASEYA_ONE: 'KaseyaOne',
  KASEYA_MODULE: 'KaseyaOne module',
}

export const applicationName = (application: Integration['application']) => applicationNames[application]

const schedules: Record<Integration['schedule'], string> = {
  OFF: 'Only when asked', HOURLY: 'Each hour', EVERY_FOUR_HOURS: 'Each 4 hours', EVERY_TWELVE_HOURS: 'Each 12 hours', DAILY: 'Each day',
}

export const scheduleWords = (schedule: Integration['schedule']) => schedules[schedule]

/** Every schedule there is, with its words. */
export const allSchedules = Object.entries(schedules).map(([value, label]) => ({ value: value as Integration['schedule'], label }))

export const isRunning = (run: Pick<Run, 'state'> | null | undefined) => run?.state === 'QUEUED' || run?.state === 'RUNNING'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off'

/** How an integration is, in a word or two, with its tone. */
export function standingOf(integration: Pick<Integration, 'state' | 'lastRefresh'>): { tone: Tone; word: string } {
  const run = integration.lastRefresh
  if (integration.state === 'DISABLED') return { tone: 'off', word: 'Paused' }
  if (run?.state === 'QUEUED') return { tone: 'busy', word: run.failure ? 'Waiting' : 'Queued' }
  if (run?.state === 'RUNNING') return { tone: 'busy', word: run.failure ? 'Waiting' : 'Refreshing' }
  if (run?.state === 'NEEDS_REVIEW') return { tone: 'warn', word: 'Needs review' }
  if (integration.state === 'NEEDS_ATTENTION') return { tone: 'bad', word: 'Needs attention' }
  if (run?.state === 'FAILED') return { tone: 'bad', word: 'Failed' }
  if (!run) return { tone: 'off', word: 'Never refreshed' }
  if (run.state === 'CANCELLED') return { tone: 'off', word: 'Cancelled' }
  return { tone: 'good', word: 'Up to date' }
}

const ends: Record<Run['state'], { word: string; tone: Tone }> = {
  QUEUED: { word: 'Queued', tone: 'busy' },
  RUNNING: { word: 'Running', tone: 'busy' },
  SUCCEEDED: { word: 'Good', tone: 'good' },
  FAILED: { word: 'Failed', tone: 'bad' },
  CANCELLED: { word: 'Cancelled', tone: 'off' },
  NEEDS_REVIEW: { word: 'Needs review', tone: 'warn' },
}

/** How a run ended, or where it stands. */
export const endOf = ({ state }: Pick<Run, 'state'>) => ends[state]

/** How far a run is, from 0 to 1; null where the vendor announces no total. */
export function share(run: Pick<Run, 'fetched' | 'total'>): number | null {
  if (run.total === null) return null
  return run.total === 0 ? 1 : Math.min(1, run.fetched / run.total)
}

/** What is odd about a list that became much shorter. */
export const shrunk = ({ counts, lastRefresh }: Pick<Integration, 'counts' | 'lastRefresh'>) =>
  `The vendor lists ${count(lastRefresh?.fetched ?? 0)} organizations instead of ${count(counts.total)}. Nothing was changed.`
