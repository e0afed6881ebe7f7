/** Formats follow the browser: its languages, its 12- or 24-hour clock, and its time zone. */
const integers = new Intl.NumberFormat()
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const signed = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' })
const percents = new Intl.NumberFormat(undefined, { style: 'percent' })
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const dayAndTime = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const dayOfWeek = new Intl.DateTimeFormat(undefined, { weekday: 'long', month: 'long', day: 'numeric' })
const fullDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' })
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const moment = { year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short' } as const
const toTheMinute = new Intl.DateTimeFormat(undefined, moment)
const toTheSecond = new Intl.DateTimeFormat(undefined, { ...moment, second: '2-digit' })
const exact = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short',
})

export const formatNumber = (n: number) => integers.format(n)

/** Formats a number with one decimal place. */
export const formatDecimal = (n: number) => oneDecimal.format(n)

/** Formats a number with two decimal places and its sign. */
export const formatSigned = (n: number) => signed.format(n)

/** Formats a fraction from 0 to 1 as a percentage. */
export const formatPercent = (fraction: number) => percents.format(fraction)

/** Formats a time to the minute, with the date unless it is today. */
export function formatTime(time: string): string {
  const at = new Date(time)
  const today = new Date().toDateString() === at.toDateString()
  return (today ? timeOfDay : dayAndTime).format(at)
}

/** Formats the day of a time as people name it: its time if it is today, its weekday if that was less than a week ago, else its date. */
export function formatDay(time: string, now = new Date()): string {
  const at = new Date(time)
  if (now.toDateString() === at.toDateString()) return timeOfDay.format(at)
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 6)
  return (at >= midnight ? weekday : longDate).format(at)
}

/** Formats the time of day. */
export const formatTimeOfDay = (time: string) => timeOfDay.format(new Date(time))

/** Formats the day of a time with its weekday, and with its year unless that is this year. */
export function formatDayOfWeek(time: string, now = new Date()): string {
  const at = new Date(time)
  return (at.getFullYear() === now.getFullYear() ? dayOfWeek : fullDay).format(at)
}

/** Formats a time to the second, with its date and time zone. */
export const formatExactTime = (time: string) => exact.format(new Date(time))

/** Formats a time to the minute, with its date and year. */
export const formatDateTime = (time: string) => dateAndTime.format(new Date(time))

/** Formats a moment with its date, written out, and its time zone; with seconds only if it has some. */
export function formatMoment(time: string): string {
  const at = new Date(time)
  return (at.getSeconds() === 0 ? toTheMinute : toTheSecond).format(at)
}

/** Formats the date of a time, written out. */
export const formatDate = (time: string) => longDate.format(new Date(time))

/** Returns the name of the time zone in which times are shown. */
export function timeZoneName(now = new Date()): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZoneName: 'long' }).formatToParts(now)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC'
}
