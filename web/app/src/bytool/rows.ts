import { looksLikeTemplate } from '../organizations/templates'
import type { ExclusionReason, LensRow, MatchState } from './documents'

const newFor = 7 * 24 * 60 * 60 * 1_000 // milliseconds

/** Reports whether an external organization was added within the last seven days. */
export const isNew = (addedAt: string, now = Date.now()) => now - Date.parse(addedAt) < newFor

const marks: readonly (readonly [ExclusionReason, RegExp])[] = [
  ['FORMER_CLIENT', /(?<!\p{L})(?:former|inactive|terminated|offboarded|cancell?ed|old client|ex-client|do not use)(?!\p{L})/iu],
  ['PROSPECT', /(?<!\p{L})(?:prospect|lead)(?!\p{L})/iu],
]

/** Returns the reason to exclude an external organization that its name proposes, or null. */
export const proposedReason = (name: string): ExclusionReason | null => (looksLikeTemplate(name) ? 'TEST' : marks.find(([, mark]) => mark.test(name))?.[0] ?? null)

/** The reasons to exclude an external organization, in the order in which they are offered. */
const reasons: readonly ExclusionReason[] = ['NOT_A_CLIENT', 'INTERNAL', 'TEST', 'VENDOR', 'PROSPECT', 'FORMER_CLIENT', 'DUPLICATE', 'OTHER']

/** Returns all reasons, the proposed one first. */
export const reasonsFor = (proposed: ExclusionReason | null): ExclusionReason[] => (proposed === null ? [...reasons] : [proposed, ...reasons.filter((one) => one !== proposed)])

/** The differences between the shown rows and the list as it is now. */
export interface Differences {
  entered: number
  left: number
  moved: boolean
}

/**
 * Compares the IDs of the shown rows with those at the beginning of the list now. complete tells that all of the list is shown; otherwise
 * what comes after the last shown row has not entered, but has not been loaded yet. now must reach beyond that row if it still exists.
 */
export function differences(shown: readonly string[], now: readonly string[], complete: boolean): Differences {
  const there = new Set(now)
  const known = new Set(shown)
  const stayed = shown.filter((id) => there.has(id))
  const end = complete ? now.length : now.findLastIndex((id) => known.has(id)) + 1
  const reached = now.slice(0, end)
  const order = reached.filter((id) => known.has(id))
  return { entered: reached.length - order.length, left: shown.length - stayed.length, moved: order.some((id, at) => id !== stayed[at]) }
}

export const numberOf = ({ entered, left, moved }: Differences): number => entered + left + (moved && entered + left === 0 ? 1 : 0)

/** Returns the parts of a list, each at most as long as the API takes at once. */
export function parts<Item>(all: readonly Item[], length: number): Item[][] {
  const found: Item[][] = []
  for (let from = 0; from < all.length; from += length) found.push(all.slice(from, from + length))
  return found
}

/** The IDs and states of selected rows. */
export type Selection = ReadonlyMap<string, MatchState>

/** Returns a selection with the rows between two indexes, both included, selected or not. */
export function selectRange(selected: Selection, rows: readonly Pick<LensRow, 'id' | 'matchState'>[], from: number, to: number, on: boolean): Map<string, MatchState> {
  const next = new Map(selected)
  for (const { id, matchState } of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (on) next.set(id, matchState)
    else next.delete(id)
  }
  return next
}

/** Returns the IDs of the selected rows in one of the states. */
export const selectedIn = (selected: Selection, ...states: readonly MatchState[]): string[] =>
  [...selected].filter(([, state]) => states.includes(state)).map(([id]) => id)

/** What someone can do with an external organization. */
export interface Possible {
  accept: boolean
  mapTo: boolean
  create: boolean
  exclude: boolean
  include: boolean
  clear: boolean
}

/** Returns what someone can do with a row. */
export function possible({ matchState }: Pick<LensRow, 'matchState'>): Possible {
  const open = matchState === 'SUGGESTED' || matchState === 'NEEDS_DECISION' || matchState === 'CONFLICT'
  return {
    accept: matchState === 'SUGGESTED', mapTo: open || matchState === 'MAPPED', create: open, exclude: open || matchState === 'REMOVED',
    include: matchState === 'EXCLUDED', clear: matchState === 'MAPPED',
  }
}

/** Returns the largest reasons for and against a candidate, without what is the same for all. */
export const speaking = (signals: LensRow['candidates'][number]['signals']) => signals.filter(({ kind }) => kind !== 'PRIOR').slice(0, 4)
