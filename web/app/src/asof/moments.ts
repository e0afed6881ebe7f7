const earliestYear = 1970 // while someone types a year, the browser reports years such as 2 and 20

/** Returns a moment as a date and time field writes it, in the browser's time zone; with seconds only if it has some. */
export function fieldOf(moment: Date): string {
  const text = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)
  return text.replace(/(?::00)?\.000$/, '')
}

/** Reads a moment from a field or an address. Without a time zone it is in the browser's own. Returns null if it is none. */
export function momentOf(text: string | null): Date | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null
  const moment = new Date(text)
  return Number.isNaN(moment.getTime()) || moment.getFullYear() < earliestYear ? null : moment
}

/** Returns the same time of day some days later. */
export function daysLater(moment: Date, days: number): Date {
  const later = new Date(moment)
  later.setDate(later.getDate() + days)
  return later
}
