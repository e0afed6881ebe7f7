/** An external organization, as far as a cell shows it. */
export interface External {
  id: string
  name: string
  /** The application no longer lists it. */
  gone: boolean
}

export interface Address {
  organizationId: string
  integrationId: string
}

/** What a person wants a cell to hold. Nothing of it is saved yet. */
export interface Edit extends Address {
  organizationName: string
  /** What the cell held when the person last looked at it. */
  base: readonly External[]
  wanted: readonly External[]
}

/** What a cell holds on the server, and who made it so after the edit began. */
export interface Held {
  externals: readonly External[]
  by: string
  at: string
}

type Edits = ReadonlyMap<string, Edit>

/** All unsaved edits, with the way back. What the server holds is no part of undo and redo. */
export interface Staged {
  edits: Edits
  past: readonly Edits[]
  future: readonly Edits[]
  held: ReadonlyMap<string, Held>
}

export type Standing = 'pending' | 'conflict' | 'settled'

export const nothingStaged: Staged = { edits: new Map(), past: [], future: [], held: new Map() }

/** The key of a cell. */
export const keyOf = ({ organizationId, integrationId }: Address) => `${organizationId} ${integrationId}`

/** Whether both are the same external organizations, in whatever order. */
export function same(one: readonly External[], other: readonly External[]): boolean {
  if (one.length !== other.length) return false
  const ids = new Set(one.map(({ id }) => id))
  return other.every(({ id }) => ids.has(id))
}

/** Takes edits as one step: undo takes them back together. */
export function stage(staged: Staged, edits: readonly Edit[]): Staged {
  const next = new Map(staged.edits)
  for (const edit of edits) {
    const key = keyOf(edit)
    const base = next.get(key)?.base ?? edit.base
    if (same(base, edit.wanted) && standing(staged, { ...edit, base }) !== 'conflict') next.delete(key)
    else next.set(key, { ...edit, base })
  }
  return step(staged, next)
}

export function undo(staged: Staged): Staged {
  const previous = staged.past.at(-1)
  if (!previous) return staged
  return { ...staged, edits: previous, past: staged.past.slice(0, -1), future: [...staged.future, staged.edits] }
}

export function redo(staged: Staged): Staged {
  const next = staged.future.at(-1)
  if (!next) return staged
  return { ...staged, edits: next, past: [...staged.past, staged.edits], future: staged.future.slice(0, -1) }
}

/** Gives edits up, as one step. */
export function drop(staged: Staged, keys: Iterable<string>): Staged {
  const next = new Map(staged.edits)
  for (const key of keys) next.delete(key)
  return step(staged, next)
}

/** Settles a conflict for the person's own side: what the cell holds now has been seen, and shall be replaced. */
export function keepMine(staged: Staged, key: string): Staged {
  const edit = staged.edits.get(key)
  const held = staged.held.get(key)
  if (!edit || !held) return staged
  return step(staged, new Map(staged.edits).set(key, { ...edit, base: held.externals }))
}

/** Notes what a cell holds on the server. Only cells that have an edit, or could get one back, need it. */
export function observe(staged: Staged, key: string, held: Held): Staged {
  const known = staged.held.get(key)
  if (known && same(known.externals, held.externals)) return staged
  return { ...staged, held: new Map(staged.held).set(key, held) }
}

/** Gives organizations and external organizations the names they have now, wherever an edit shows them. The rest stays as it is. */
export function renamed(staged: Staged, organizations: ReadonlyMap<string, string>, externals: ReadonlyMap<string, External>): Staged {
  const fresh = (all: readonly External[]) => {
    const next = all.map((one) => {
      const now = externals.get(one.id)
      return now && (now.name !== one.name || now.gone !== one.gone) ? now : one
    })
    return next.every((one, at) => one === all[at]) ? all : next
  }
  const freshEdit = (edit: Edit): Edit => {
    const organizationName = organizations.get(edit.organizationId) ?? edit.organizationName
    const [base, wanted] = [fresh(edit.base), fresh(edit.wanted)]
    return organizationName === edit.organizationName && base === edit.base && wanted === edit.wanted ? edit : { ...edit, organizationName, base, wanted }
  }
  const freshEdits = (edits: Edits): Edits => new Map([...edits].map(([key, edit]) => [key, freshEdit(edit)]))
  return {
    edits: freshEdits(staged.edits),
    past: staged.past.map(freshEdits),
    future: staged.future.map(freshEdits),
    held: new Map([...staged.held].map(([key, held]) => [key, { ...held, externals: fresh(held.externals) }])),
  }
}

/** The keys of those edits that still want what they wanted: they may have been renamed, or edited further, since they were sent. */
export function unchangedSince(staged: Staged, sent: readonly Edit[]): string[] {
  return sent.map((edit) => ({ key: keyOf(edit), edit })).filter(({ key, edit }) => {
    const now = staged.edits.get(key)
    return now !== undefined && same(now.wanted, edit.wanted)
  }).map(({ key }) => key)
}

/** The external organizations that edits show. */
export function externalIds(staged: Staged): Set<string> {
  const ids = new Set<string>()
  for (const edits of [staged.edits, ...staged.past, ...staged.future]) {
    for (const { base, wanted } of edits.values()) for (const { id } of [...base, ...wanted]) ids.add(id)
  }
  for (const { externals } of staged.held.values()) for (const { id } of externals) ids.add(id)
  return ids
}

/** Forgets what was saved, and with it the way back before the save. */
export function saved(staged: Staged, keys: Iterable<string>): Staged {
  const next = new Map(staged.edits)
  for (const key of keys) next.delete(key)
  return { edits: next, past: [], future: [], held: next.size === 0 ? new Map() : staged.held }
}

/** How an edit stands against what the server holds. */
export function standing(staged: Staged, edit: Edit): Standing {
  const held = staged.held.get(keyOf(edit))
  if (!held) return 'pending'
  if (same(held.externals, edit.wanted)) return 'settled'
  return same(held.externals, edit.base) ? 'pending' : 'conflict'
}

/** The edits that a save would send or a person has to settle; those that came true by themselves are left out. */
export function open(staged: Staged): Edit[] {
  return [...staged.edits.values()].filter((edit) => standing(staged, edit) !== 'settled')
}

export function conflicts(staged: Staged): Edit[] {
  return open(staged).filter((edit) => standing(staged, edit) === 'conflict')
}

/** The organization that an external organization is staged for in an integration, if any. */
export function stagedFor(staged: Staged, integrationId: string, externalId: string): Edit | undefined {
  for (const edit of staged.edits.values()) {
    if (edit.integrationId === integrationId && edit.wanted.some(({ id }) => id === externalId)) return edit
  }
  return undefined
}

/** Whether an edit takes the external organization out of the cell that holds it on the server. */
export function stagedOutOf(staged: Staged, address: Address, externalId: string): boolean {
  const edit = staged.edits.get(keyOf(address))
  return edit !== undefined && !edit.wanted.some(({ id }) => id === externalId)
}

function step(staged: Staged, edits: Edits): Staged {
  return { ...staged, edits, past: [...staged.past, staged.edits], future: [] }
}
