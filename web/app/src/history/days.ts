import type { Change } from './documents'

/** The changes of one day. */
export interface Day<One> {
  day: string
  name: 'today' | 'yesterday' | null
  changes: One[]
}

/** Returns changes by the days on which they happened here, in their order. */
export function byDay<One extends Pick<Change, 'at'>>(changes: readonly One[], now = new Date()): Day<One>[] {
  const today = now.toDateString()
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).toDateString()
  const days: Day<One>[] = []
  for (const change of changes) {
    const name = new Date(change.at).toDateString()
    const last = days.at(-1)
    const day = name.replaceAll(' ', '-')
    if (last?.day === day) last.changes.push(change)
    else days.push({ day, name: name === today ? 'today' : name === yesterday ? 'yesterday' : null, changes: [change] })
  }
  return days
}
