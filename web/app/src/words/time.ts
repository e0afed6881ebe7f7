import { formatDecimal, formatNumber } from '../ui/format'

/** Says how long ago something happened. */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000))
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${formatNumber(seconds)} s ago`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${formatNumber(minutes)} min ago`
  const hours = Math.round(minutes / 60)
  if (hours < 48) return `${formatNumber(hours)} h ago`
  return `${formatNumber(Math.round(hours / 24))} days ago`
}

/** Says how long something took. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${formatDecimal(milliseconds / 1_000)} s`
  const seconds = Math.round(milliseconds / 1_000)
  if (seconds < 60) return `${formatNumber(seconds)} s`
  return `${formatNumber(Math.floor(seconds / 60))} min ${formatNumber(seconds % 60)} s`
}
