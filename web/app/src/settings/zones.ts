/** Returns the names of all time zones that this browser knows, and the current one of the account. */
export function zonesWith(current: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', current])].sort()
}

/** Formats a time as a clock in a time zone shows it, with the zone's name; null if this browser does not know the zone. */
export function formatClock(timeZone: string, now: Date): string | null {
  try {
    return new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' }).format(now)
  } catch {
    return null
  }
}
