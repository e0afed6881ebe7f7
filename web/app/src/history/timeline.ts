import { byDay, type Day } from './days'
import type { Change } from './documents'

/** What the timeline consists of, in order: days, each followed by its changes. */
export type Item = { kind: 'day'; key: string; day: Day<Change> } | { kind: 'change'; key: string; day: Day<Change>; change: Change; place: number }

/** Returns the items of a timeline of changes, which are sorted. place counts the changes of a day from 1. */
export function itemsOf(changes: readonly Change[], now = new Date()): Item[] {
  return byDay(changes, now).flatMap((day): Item[] => [
    { kind: 'day', key: day.day, day },
    ...day.changes.map((change, at) => ({ kind: 'change' as const, key: change.id, day, change, place: at + 1 })),
  ])
}

/** Items of one day that are in the DOM. */
export interface Part<Shown> {
  day: Day<Change>
  shown: Shown[]
}

/** Returns items by their days. */
export function inDays<Shown extends { item: Item }>(all: readonly Shown[]): Part<Shown>[] {
  const parts: Part<Shown>[] = []
  for (const one of all) {
    const last = parts.at(-1)
    if (last?.day === one.item.day) last.shown.push(one)
    else parts.push({ day: one.item.day, shown: [one] })
  }
  return parts
}
