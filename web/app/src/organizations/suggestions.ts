import type { Explanation, GridRow, MatchingChange, Suggestion, SuggestionPreview, Tier } from '../api/documents'
import { Store } from '../ui/store'
import { type Edit, type External, keyOf, type Staged, stagedFor, statusOf } from './staged'

/** The tiers, most reliable first. */
export const tiers: readonly Tier[] = ['IDENTITY', 'EXACT', 'NORMALIZED', 'STRONG', 'WEAK']

/** Tiers whose suggestions are ticked in a preview before anyone has looked at them. */
const sure: ReadonlySet<Tier> = new Set<Tier>(['IDENTITY', 'EXACT', 'NORMALIZED'])

/** Pairs that the user has rejected. They are hidden at once; the server's suggestions follow later. */
export const rejected = new Store<ReadonlySet<string>>(new Set())

/** Returns the key of a pair of an external organization and an organization. */
export const pairOf = (externalOrgId: string, organizationId: string) => `${externalOrgId} ${organizationId}`

/** Returns what a cell shows of a suggested external organization once it is accepted. */
export const externalOf = ({ externalOrg }: Suggestion): External => ({ id: externalOrg.id, name: externalOrg.name, gone: false })

/**
 * Returns the suggestions that a cell shows, best first: none if the cell has a mapping or an unsaved edit, and none that the user
 * has rejected or used elsewhere.
 */
export function ghostsOf(row: GridRow, integrationId: string, all: Staged, hidden: ReadonlySet<string>): Suggestion[] {
  const mine = row.suggestions.filter(({ externalOrg }) => externalOrg.integration.id === integrationId)
  if (mine.length === 0 || row.mappings.some(({ integration }) => integration.id === integrationId)) return []
  const edit = all.edits.get(keyOf({ organizationId: row.id, integrationId }))
  if (edit && statusOf(all, edit) !== 'settled') return []
  return mine.filter(({ externalOrg }) => !hidden.has(pairOf(externalOrg.id, row.id)) && !stagedFor(all, integrationId, externalOrg.id))
}

/** Returns the edit that accepts a suggestion. */
export function accepting(row: GridRow, suggestion: Suggestion): Edit {
  return {
    organizationId: row.id, organizationName: row.name, integrationId: suggestion.externalOrg.integration.id,
    base: [], wanted: [externalOf(suggestion)],
  }
}

/** Returns the edits that accept the best suggestion of each cell in a row, if it may be accepted together with others. */
export const acceptingRow = (row: GridRow, integrationIds: readonly string[], all: Staged, hidden: ReadonlySet<string>): Edit[] =>
  acceptingAll([row], integrationIds, all, hidden).sure

/** Returns the edits that accept the best suggestion of each cell: those that may be accepted together with others, and the rest. */
export function acceptingAll(rows: readonly GridRow[], integrationIds: readonly string[], all: Staged, hidden: ReadonlySet<string>): { sure: Edit[]; unsure: Edit[] } {
  const sure: Edit[] = []
  const unsure: Edit[] = []
  for (const row of rows) {
    for (const integrationId of integrationIds) {
      const [best] = ghostsOf(row, integrationId, all, hidden)
      if (best) (best.bulk ? sure : unsure).push(accepting(row, best))
    }
  }
  return { sure, unsure }
}

export const maxAccepted = 1_000 // suggestions at once: the API's limit

/** External organizations that are suggested for empty cells. */
export interface Found {
  ids: string[]
  /** There are more than can be accepted at once. */
  capped: boolean
  /** The number of cells left out because of unsaved edits. */
  unsaved: number
}

interface Row {
  id: string
  mappings: readonly { integration: { id: string } }[]
  suggestions: readonly { externalOrg: { id: string; integration: { id: string } } }[]
}

/** Adds the suggestions of a row to those found. */
export function collect(found: Found, row: Row, all: Staged, hidden: ReadonlySet<string>): void {
  const mapped = new Set(row.mappings.map(({ integration }) => integration.id))
  const edited = new Set<string>()
  for (const { externalOrg: { id, integration } } of row.suggestions) {
    if (mapped.has(integration.id) || hidden.has(pairOf(id, row.id))) continue
    const edit = all.edits.get(keyOf({ organizationId: row.id, integrationId: integration.id }))
    if (edit && statusOf(all, edit) !== 'settled') edited.add(integration.id)
    else if (stagedFor(all, integration.id, id)) continue
    else if (found.ids.length < maxAccepted) found.ids.push(id)
    else found.capped = true
  }
  found.unsaved += edited.size
}

interface Counts {
  total: number
  mapped: number
  suggested: number
}

/** For each integration the sequence of the last event, or before the first event the counts that were read with the rows. */
export type Seen = Map<string, number | Counts>

type Event = Pick<MatchingChange, 'integration' | 'organizationCounts' | 'organizationIds' | 'more' | 'sequence'>

/**
 * Returns which of the loaded organizations have to be read again because of an event. A subscription begins with the current state,
 * also after an interruption; if it differs from what is known, changes were missed and all loaded organizations are read again.
 */
export function requiresReading(seen: Seen, event: Event, loaded: readonly string[]): readonly string[] {
  const last = seen.get(event.integration.id)
  seen.set(event.integration.id, event.sequence)
  if (event.sequence === last) return []
  const missed = event.organizationIds.length === 0 && (typeof last === 'number' || last !== undefined && !sameCounts(last, event.organizationCounts))
  if (event.more || missed) return loaded
  const changed = new Set(event.organizationIds)
  return loaded.filter((id) => changed.has(id))
}

const sameCounts = (one: Counts, other: Counts) => one.total === other.total && one.mapped === other.mapped && one.suggested === other.suggested

export type PreviewRow = SuggestionPreview['rows'][number]

/** Returns a preview's rows by tier, most reliable first. */
export function byTier(rows: readonly PreviewRow[]): { tier: Tier; rows: PreviewRow[] }[] {
  return tiers.map((tier) => ({ tier, rows: rows.filter((row) => row.tier === tier) })).filter((group) => group.rows.length > 0)
}

/** Reports whether a row of a preview is ticked beforehand: its tier is reliable, and there is nothing to check first. */
export const tickedBeforehand = ({ tier, warnings }: PreviewRow) => sure.has(tier) && warnings.length === 0

type Signal = Pick<NonNullable<Explanation['suggestion']>['signals'][number], 'kind' | 'weight' | 'explanation'>

const mostReasons = 2

/** Returns the main reasons of a suggestion in a few words. If the names are the same, it does not list their words. */
export function mainReasons(signals: readonly Signal[]): string[] {
  const speaking = signals.filter(({ kind, weight }) => kind !== 'PRIOR' && weight > 0)
  const whole = speaking.filter(({ kind }) => kind === 'SAME_NAME' || kind === 'SAME_WORDS')
  const others = speaking.filter(({ kind }) => kind !== 'SAME_NAME' && kind !== 'SAME_WORDS' && (whole.length === 0 || kind !== 'WORD'))
  return [...whole, ...others].slice(0, mostReasons).map(({ explanation }) => explanation)
}
