import type { ImportCandidate } from '../api/documents'
import { looksLikeTemplate } from './templates'

export type Outcome = ImportCandidate['outcome']

const mostSimilar = 2 // organizations that a candidate is compared with

/** What importing the chosen candidates would do. */
export interface Preview {
  /** The outcome for each chosen candidate, by the external organization's ID. */
  outcomes: ReadonlyMap<string, Outcome>
  /** For each candidate skipped as a duplicate: the vendor's ID of the one that is imported instead. */
  importedInstead: ReadonlyMap<string, string>
  created: number
  mapped: number
  overwritten: number
  skipped: number
}

const nameOf = (candidate: ImportCandidate) => candidate.externalOrg.name.normalize('NFC').trim()

/** Candidates count as duplicates only within one integration: its cell can take only one of them. */
const duplicateKey = (candidate: ImportCandidate) => `${candidate.externalOrg.integration.id} ${nameOf(candidate)}`

/** Compares vendors' IDs in the order by which the server finds the lowest: numbers by value, before everything else. */
export function compareRemoteIds(one: string, other: string): number {
  const numbers = [one, other].map((id) => /^\d+$/.test(id))
  if (numbers[0] && numbers[1]) {
    const [a, b] = [BigInt(one), BigInt(other)]
    return a < b ? -1 : a > b ? 1 : 0
  }
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1
  return one < other ? -1 : one > other ? 1 : 0
}

/** Returns the outcome of a candidate without its duplicates. */
function outcomeAlone(candidate: ImportCandidate): Outcome {
  if (!candidate.organization) return 'CREATED'
  return candidate.organization.mappings.some(({ integration }) => integration.id === candidate.externalOrg.integration.id)
    ? 'OVERWROTE_MAPPING'
    : 'MAPPED_EXISTING'
}

/** Computes the outcome of importing the chosen candidates: of those with the same name, only the one with the lowest ID is imported. */
export function preview(candidates: readonly ImportCandidate[], chosen: ReadonlySet<string>): Preview {
  const firsts = new Map<string, ImportCandidate>()
  const wanted = candidates.filter(({ externalOrg }) => chosen.has(externalOrg.id))
  for (const candidate of wanted) {
    const first = firsts.get(duplicateKey(candidate))
    if (!first || compareRemoteIds(candidate.externalOrg.remoteId, first.externalOrg.remoteId) < 0) firsts.set(duplicateKey(candidate), candidate)
  }
  const outcomes = new Map<string, Outcome>()
  const totals = { CREATED: 0, MAPPED_EXISTING: 0, OVERWROTE_MAPPING: 0, SKIPPED_DUPLICATE_NAME: 0, SKIPPED_ALREADY_IMPORTED: 0, SIMILAR_EXISTS: 0 }
  const importedInstead = new Map<string, string>()
  const created = new Set<string>()
  for (const candidate of wanted) {
    const first = firsts.get(duplicateKey(candidate)) ?? candidate
    let outcome = first === candidate ? outcomeAlone(candidate) : 'SKIPPED_DUPLICATE_NAME' as const
    if (first !== candidate) importedInstead.set(candidate.externalOrg.id, first.externalOrg.remoteId)
    if (outcome === 'CREATED') {
      if (created.has(nameOf(candidate))) outcome = 'MAPPED_EXISTING'
      created.add(nameOf(candidate))
    }
    outcomes.set(candidate.externalOrg.id, outcome)
    totals[outcome]++
  }
  return {
    outcomes, importedInstead, created: totals.CREATED, mapped: totals.MAPPED_EXISTING, overwritten: totals.OVERWROTE_MAPPING,
    skipped: totals.SKIPPED_DUPLICATE_NAME + totals.SKIPPED_ALREADY_IMPORTED + totals.SIMILAR_EXISTS,
  }
}

/** Returns the names that the chosen candidates would create: each counts toward the limit. */
export function newNames(candidates: readonly ImportCandidate[], chosen: ReadonlySet<string>): Set<string> {
  return new Set(candidates.filter((one) => chosen.has(one.externalOrg.id) && !one.organization).map(nameOf))
}

/** Reports whether choosing another candidate would exceed the limit. */
export function exceedsLimit(candidate: ImportCandidate, names: ReadonlySet<string>, remaining: number | null): boolean {
  return remaining !== null && !candidate.organization && !names.has(nameOf(candidate)) && names.size >= remaining
}

/** Returns the organizations that a candidate resembles although its name differs: the suggested one, or those that could be. */
export function similarTo({ externalOrg, organization }: ImportCandidate): { id: string; name: string }[] {
  if (organization) return []
  if (externalOrg.suggestion) return [externalOrg.suggestion.organization]
  return externalOrg.candidates.filter(({ score }) => score > 0).slice(0, mostSimilar).map((one) => one.organization)
}

/** Reports whether “Select all” chooses a candidate. What would replace a mapping and what looks like a template is only chosen one by one. */
export const isChosenByAll = (candidate: ImportCandidate): boolean => outcomeAlone(candidate) !== 'OVERWROTE_MAPPING' && !looksLikeTemplate(candidate.externalOrg.name)

/** Chooses as many candidates, in order, as the limit allows, and all that do not count toward it, except those that are only chosen one by one. */
export function chooseAll(candidates: readonly ImportCandidate[], chosen: ReadonlySet<string>, remaining: number | null, limit: number): Set<string> {
  const all = new Set(chosen)
  const names = newNames(candidates, chosen)
  for (const candidate of candidates) {
    if (all.size >= limit) break
    if (all.has(candidate.externalOrg.id) || !isChosenByAll(candidate) || exceedsLimit(candidate, names, remaining)) continue
    all.add(candidate.externalOrg.id)
    if (!candidate.organization) names.add(nameOf(candidate))
  }
  return all
}
