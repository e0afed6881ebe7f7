import type { CsvOutcome, CsvRow } from './documents'

/** What is to be done with a row: nothing, what the row says, or to map what it names to the similar organization. */
export type Choice = 'apply' | 'instead'

/** The rows to apply, by line. */
export type Choices = ReadonlyMap<number, Choice>

/** The rows that a filter shows: those with an outcome, those that differ from the last preview, or all. */
export type Filter = CsvOutcome | 'CHANGED' | 'ALL'

export const outcomes = ['CREATES', 'MAPS', 'CLEARS', 'ALREADY_SO', 'LOOKS_LIKE', 'REPLACES', 'CANNOT_APPLY'] as const satisfies readonly CsvOutcome[]

const usual: ReadonlySet<CsvOutcome> = new Set<CsvOutcome>(['CREATES', 'MAPS', 'CLEARS'])

/** Reports whether only the quota is in the way of a row: it can be chosen instead of another. */
export const isOverQuota = ({ outcome, problems }: CsvRow): boolean => outcome === 'CANNOT_APPLY' && problems.every(({ code }) => code === 'OVER_QUOTA')

/** Reports whether a row can be chosen, as far as the quota allows. */
export const isApplicable = (row: CsvRow): boolean => row.outcome !== 'ALREADY_SO' && (row.outcome !== 'CANNOT_APPLY' || isOverQuota(row))

/** Reports whether a row names something that can be mapped to the similar organization instead of creating one. */
export const canBeInstead = ({ outcome, similarId, moves }: CsvRow): boolean => outcome === 'LOOKS_LIKE' && similarId !== null && moves.some(({ leaves }) => !leaves)

/** Returns the name of the organization that applying a row creates, or null. Rows with the same name create it together. */
export const createdBy = ({ organizationId, organizationName }: CsvRow, choice: Choice | undefined): string | null =>
  (choice === 'apply' && organizationId === null ? organizationName.normalize('NFC').trim() : null)

/** Returns the names of the organizations that the choices create. */
export function created(rows: readonly CsvRow[], choices: Choices): Set<string> {
  const names = new Set<string>()
  for (const row of rows) {
    const name = createdBy(row, choices.get(row.line))
    if (name !== null) names.add(name)
  }
  return names
}

/** Reports whether creating a row's organization would exceed the limit. */
export function exceedsLimit(row: CsvRow, names: ReadonlySet<string>, remaining: number | null): boolean {
  const name = createdBy(row, 'apply')
  return remaining !== null && name !== null && !names.has(name) && names.size >= remaining
}

/** Returns the choices that need no decision: rows that create, map or clear. */
export const usualChoices = (rows: readonly CsvRow[]): Choices => new Map(rows.filter(({ outcome }) => usual.has(outcome)).map(({ line }) => [line, 'apply']))

/** Returns the choices with that of one row changed; undefined: it is not applied. */
export function choose(choices: Choices, line: number, choice: Choice | undefined): Choices {
  const next = new Map(choices)
  if (choice === undefined) next.delete(line)
  else next.set(line, choice)
  return next
}

/** Returns the rows of a filter. */
export function shown(rows: readonly CsvRow[], filter: Filter, changed: ReadonlySet<number>): readonly CsvRow[] {
  if (filter === 'ALL') return rows
  return rows.filter(({ line, outcome }) => (filter === 'CHANGED' ? changed.has(line) : outcome === filter))
}

/** Returns the rows of a filter that one tick selects. Rows that need a decision are selected together only where they are all that is shown. */
export function together(rows: readonly CsvRow[], filter: Filter): readonly CsvRow[] {
  return rows.filter((row) => (filter === 'ALL' || filter === 'CHANGED' ? usual.has(row.outcome) : isApplicable(row)))
}

/** Chooses rows in their order, as far as the limit allows. Rows that are chosen already stay as they are. */
export function chooseAll(all: readonly CsvRow[], choices: Choices, wanted: readonly CsvRow[], remaining: number | null): Choices {
  const next = new Map(choices)
  const names = created(all, choices)
  for (const row of wanted) {
    if (next.has(row.line) || exceedsLimit(row, names, remaining)) continue
    next.set(row.line, 'apply')
    const name = createdBy(row, 'apply')
    if (name !== null) names.add(name)
  }
  return next
}

/** Takes rows out of the choices. */
export function chooseNone(choices: Choices, rows: readonly CsvRow[]): Choices {
  const next = new Map(choices)
  for (const { line } of rows) next.delete(line)
  return next
}

/** What the chosen rows do together. */
export interface Totals {
  rows: number
  creates: number
  maps: number
  moves: number
  clears: number
  /** Rows that are not chosen although somebody could decide to. */
  undecided: number
}

/** Adds up what the chosen rows do. */
export function totalsOf(rows: readonly CsvRow[], choices: Choices): Totals {
  const totals: Totals = { rows: 0, creates: created(rows, choices).size, maps: 0, moves: 0, clears: 0, undecided: 0 }
  const placed = new Set<string>()
  const left = new Set<string>()
  for (const row of rows) {
    const choice = choices.get(row.line)
    if (choice === undefined) {
      if (row.outcome === 'LOOKS_LIKE' || row.outcome === 'REPLACES') totals.undecided++
      continue
    }
    totals.rows++
    for (const { externalOrgId, leaves, fromId } of row.moves) {
      if (leaves) {
        if (choice === 'apply') left.add(externalOrgId)
        continue
      }
      placed.add(externalOrgId)
      if (fromId === null) totals.maps++
      else totals.moves++
    }
  }
  // What leaves one cell and is named for another moves.
  totals.clears = [...left].filter((id) => !placed.has(id)).length
  return totals
}

const facts = ({ outcome, organizationId, organizationName, similarId, moves, problems, explanation }: CsvRow) =>
  JSON.stringify([outcome, organizationId, organizationName, similarId, explanation, moves.map(({ externalOrgId, fromId, leaves }) => [externalOrgId, fromId, leaves]), problems.map(({ code, column }) => [code, column])])

/** Returns the lines that do something else than before. */
export function differing(before: readonly CsvRow[], rows: readonly CsvRow[]): Set<number> {
  const known = new Map(before.map((row) => [row.line, row]))
  return new Set(rows.filter((row) => {
    const old = known.get(row.line)
    return !old || facts(old) !== facts(row)
  }).map(({ line }) => line))
}

/**
 * Returns the choices that are still valid after another preview. What a person decided about a row stays if the row does the same, and
 * else as long as it needs no decision: nobody has agreed to what the row would replace now.
 */
export function keptChoices(before: readonly CsvRow[], choices: Choices, rows: readonly CsvRow[], changed: ReadonlySet<number>): Choices {
  const known = new Map(before.map((row) => [row.line, row]))
  const next = new Map<number, Choice>()
  for (const row of rows) {
    const old = known.get(row.line)
    const choice = choices.get(row.line)
    if (old && !changed.has(row.line)) {
      if (choice !== undefined) next.set(row.line, choice)
      continue
    }
    const declined = old !== undefined && usual.has(old.outcome) && choice === undefined
    if (usual.has(row.outcome) && !declined) next.set(row.line, 'apply')
  }
  return next
}

/** Returns as many choices, in the order of the file, as the limit allows. */
export function withinLimit(rows: readonly CsvRow[], choices: Choices, remaining: number | null): Choices {
  if (remaining === null || created(rows, choices).size <= remaining) return choices
  const next = new Map(choices)
  const names = new Set<string>()
  for (const row of rows) {
    const name = createdBy(row, choices.get(row.line))
    if (name === null || names.has(name)) continue
    if (names.size >= remaining) next.delete(row.line)
    else names.add(name)
  }
  return next
}
