import type { Selection as Selected } from '../live/useSelection'
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

/** The IDs and states of selected rows. */
export type Selection = Selected<MatchState>

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
