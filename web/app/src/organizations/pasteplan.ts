import { type Field, folded, namesIn } from './fields'
import type { Rectangle } from './range'
import { type Edit, type External, type Holder, keyOf, type Staged, stagedFor } from './staged'

/** A field and the position that it is pasted at. */
export interface Placed {
  row: number
  column: number
  field: Field
}

/**
 * Returns where fields go: from the first cell of a range on, and a single column into every column of the range, where each
 * integration has its own external organization of that name. Rows do not repeat, because an external organization belongs to one
 * organization at most: 'clash' if they would have to. outside counts the fields that lie outside the grid.
 */
export function spread(fields: readonly (readonly Field[])[], range: Rectangle, size: { rows: number; columns: number }): { cells: Placed[]; outside: number } | 'clash' {
  if (fields.length === 1 && range.bottom > range.top) return 'clash'
  const repeats = fields.every(({ length }) => length === 1) ? range.right - range.left + 1 : 1
  const cells: Placed[] = []
  let outside = 0
  fields.forEach((columns, down) => columns.forEach((field, across) => {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const [row, column] = [range.top + down, range.left + across + repeat]
      if (column === 0 || isBlank(field)) continue // names are not pasted, and an empty field says nothing about its cell
      if (row < size.rows && column <= size.columns) cells.push({ row, column, field })
      else outside++
    }
  }))
  return { cells, outside }
}

const isBlank = ({ text, copied }: Field) => (copied ? copied.externals.length === 0 : text === '')

/** A cell that a field is pasted into. */
export interface Target {
  organizationId: string
  organizationName: string
  integrationId: string
  /** What the cell contains on the server. */
  base: readonly External[]
  field: Field
}

/** What an integration lists under each folded name. */
export type Listing = ReadonlyMap<string, readonly (External & { holder: Holder | null })[]>

export type Refusal = 'unknown' | 'several' | 'twice' | 'unsaved'

export interface Plan {
  /** Targets and, for what was cut, the cells that it leaves: one step. */
  edits: Edit[]
  pasted: number
  refused: { name: string; why: Refusal }[]
}

/** Reports whether a field is pasted by ID: it was copied from the same integration. */
export const isById = ({ field, integrationId }: Pick<Target, 'field' | 'integrationId'>) => field.copied?.integrationId === integrationId

/** Returns the names that have to be found to paste a field. */
export const namesToFind = ({ text }: Field): string[] => [...new Set([text, ...(text.includes(';') ? namesIn(text) : [])])]

/** Plans a paste. Cells whose field cannot be resolved, or would take what another cell has, stay as they are. */
export function planPaste(targets: readonly Target[], listings: ReadonlyMap<string, Listing>, all: Staged, cut: boolean): Plan {
  const refused = new Map<Target, { name: string; why: Refusal }>()
  const wanted = new Map<Target, readonly External[]>()
  for (const target of targets) {
    const found = isById(target) ? target.field.copied!.externals : resolved(target.field, listings.get(target.integrationId) ?? new Map())
    if (Array.isArray(found)) wanted.set(target, found)
    else refused.set(target, found as { name: string; why: Refusal })
  }
  refuseTwice(wanted, refused)
  // A cell that is refused keeps what it has, which another cell may have been about to take.
  for (let before = -1; before < refused.size;) {
    before = refused.size
    const next = planned(wanted, cut, all)
    for (const [target, externals] of wanted) {
      const other = externals.find(({ id }) => takenBy(all, next, target, id))
      if (!other) continue
      refused.set(target, { name: other.name, why: 'unsaved' })
      wanted.delete(target)
    }
  }
  return { edits: [...planned(wanted, cut, all).values()], pasted: wanted.size, refused: [...refused.values()] }
}

/** Returns the external organizations that a field names, or the name that is not exactly one of them. */
function resolved({ text }: Field, listing: Listing): External[] | { name: string; why: Refusal } {
  const whole = listing.get(folded(text))
  const names = whole ? [text] : namesIn(text)
  const externals = new Map<string, External>()
  for (const name of names) {
    const found = listing.get(folded(name)) ?? []
    const [only] = found
    if (!only || found.length > 1) return { name, why: only ? 'several' : 'unknown' }
    externals.set(only.id, { id: only.id, name: only.name, gone: only.gone })
  }
  return externals.size > 0 ? [...externals.values()] : { name: text, why: 'unknown' }
}

/** Refuses the cells that want the same external organization. */
function refuseTwice(wanted: Map<Target, readonly External[]>, refused: Map<Target, { name: string; why: Refusal }>): void {
  const counts = new Map<string, number>()
  for (const externals of wanted.values()) for (const { id } of externals) counts.set(id, (counts.get(id) ?? 0) + 1)
  for (const [target, externals] of wanted) {
    const twice = externals.find(({ id }) => counts.get(id)! > 1)
    if (!twice) continue
    refused.set(target, { name: twice.name, why: 'twice' })
    wanted.delete(target)
  }
}

/** Returns the edits by cell. */
function planned(wanted: ReadonlyMap<Target, readonly External[]>, cut: boolean, all: Staged): Map<string, Edit> {
  const edits = new Map<string, Edit>()
  if (cut) for (const target of wanted.keys()) leave(target, edits, all)
  for (const [{ organizationId, organizationName, integrationId, base }, externals] of wanted) {
    const edit = { organizationId, organizationName, integrationId, base, wanted: externals }
    edits.set(keyOf(edit), edit)
  }
  return edits
}

/** Removes what was cut from the cell that it leaves. */
function leave({ field: { copied }, integrationId }: Target, edits: Map<string, Edit>, all: Staged): void {
  if (copied?.integrationId !== integrationId) return
  const key = keyOf(copied)
  const before = edits.get(key)?.wanted ?? all.edits.get(key)?.wanted ?? copied.externals
  const moved = new Set(copied.externals.map(({ id }) => id))
  edits.set(key, {
    organizationId: copied.organizationId, organizationName: copied.organizationName, integrationId,
    base: copied.externals, wanted: before.filter(({ id }) => !moved.has(id)),
  })
}

/** Reports whether another unsaved edit has an external organization, and still has it after the paste. */
function takenBy(all: Staged, next: ReadonlyMap<string, Edit>, target: Target, externalId: string): boolean {
  const other = stagedFor(all, target.integrationId, externalId)
  if (!other || keyOf(other) === keyOf(target)) return false
  const after = next.get(keyOf(other)) ?? other
  return after.wanted.some(({ id }) => id === externalId)
}
