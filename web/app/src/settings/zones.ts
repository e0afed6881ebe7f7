/** Names that browsers accept, but some list only under an older spelling. */
const newer = ['UTC', 'Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Yangon', 'Europe/Kyiv']

/** Returns the names of all time zones that this browser lists, and the current one of the account. */
export function zonesWith(current: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), ...newer, current])].sort()
}

/** Returns the choices for a list of time zones. People search for New York, not for New_York. */
export const zoneOptions = (zones: readonly string[]) => zones.map((value) => ({ value, label: value.replaceAll('_', ' ') }))

/** Formats a time as a clock in a time zone shows it, with the zone's name; null if this browser does not know the zone. */
export function formatClock(timeZone: string, now: Date): string | null {
  try {
    return new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' }).format(now)
  } catch {
    return null
  }
}
