/** The part of an external organization that a cell shows. */
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

/** What a cell should contain according to the user. Nothing in it is saved yet. */
export interface Edit extends Address {
  organizationName: string
  /** What the cell contained when the user last looked at it. */
  base: readonly External[]
  wanted: readonly External[]
}

/** What a cell contains on the server, and who changed it after the edit began. */
export interface ServerCell {
  externals: readonly External[]
  by: string
  at: string
}

/** The organization that an external organization is mapped to on the server, and who mapped it. */
export interface Holder {
  organizationId: string
  organizationName: string
  by: string
}

export type Edits = ReadonlyMap<string, Edit>

/** All unsaved edits, with their undo history. What the server holds is not part of undo and redo. */
export interface Staged {
  edits: Edits
  past: readonly Edits[]
  future: readonly Edits[]
  server: ReadonlyMap<string, ServerCell>
  /** The holders of external organizations that edits add to a cell, as far as they are known. */
  holders: ReadonlyMap<string, Holder>
}

/** elsewhere: the edit adds an external organization that another organization holds, and no edit removes it there. */
export type EditStatus = 'pending' | 'conflict' | 'elsewhere' | 'settled'

export const nothingStaged: Staged = { edits: new Map(), past: [], future: [], server: new Map(), holders: new Map() }

/** Returns the key of a cell. */
export const keyOf = ({ organizationId, integrationId }: Address) => `${organizationId} ${integrationId}`

/** Reports whether both contain the same external organizations, in any order. */
export function same(one: readonly External[], other: readonly External[]): boolean {
  if (one.length !== other.length) return false
  const ids = new Set(one.map(({ id }) => id))
  return other.every(({ id }) => ids.has(id))
}

/** Adds edits as one step, which one undo reverts. */
export function stage(staged: Staged, edits: readonly Edit[]): Staged {
  const next = new Map(staged.edits)
  for (const edit of edits) {
    const key = keyOf(edit)
    const base = next.get(key)?.base ?? edit.base
    if (same(base, edit.wanted) && statusOf(staged, { ...edit, base }) !== 'conflict') next.delete(key)
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

/** Discards edits, as one step. */
export function drop(staged: Staged, keys: Iterable<string>): Staged {
  const next = new Map(staged.edits)
  for (const key of keys) next.delete(key)
  return step(staged, next)
}

/** Resolves a conflict in favor of the user's edit: the user has seen what the cell contains now, and wants to replace it. */
export function keepMine(staged: Staged, key: string): Staged {
  const edit = staged.edits.get(key)
  const server = staged.server.get(key)
  if (!edit || !server) return staged
  return step(staged, new Map(staged.edits).set(key, { ...edit, base: server.externals }))
}

/** Notes what a cell contains on the server. Only cells with an edit, or with one that undo or redo could restore, need this. */
export function observe(staged: Staged, key: string, server: ServerCell): Staged {
  const known = staged.server.get(key)
  if (known && same(known.externals, server.externals)) return staged
  return { ...staged, server: new Map(staged.server).set(key, server) }
}

/** Updates the names of organizations and external organizations in all edits. Everything else stays unchanged. */
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
    ...staged,
    edits: freshEdits(staged.edits),
    past: staged.past.map(freshEdits),
    future: staged.future.map(freshEdits),
    server: new Map([...staged.server].map(([key, server]) => [key, { ...server, externals: fresh(server.externals) }])),
  }
}

/** Returns the keys of edits that still want the same as when they were sent; they may have been changed or renamed since. */
export function unchangedSince(staged: Staged, sent: readonly Edit[]): string[] {
  return sent.map((edit) => ({ key: keyOf(edit), edit })).filter(({ key, edit }) => {
    const now = staged.edits.get(key)
    return now !== undefined && same(now.wanted, edit.wanted)
  }).map(({ key }) => key)
}

/** Returns the external organizations that appear in edits. */
export function externalIds(staged: Staged): Set<string> {
  const ids = new Set<string>()
  for (const edits of [staged.edits, ...staged.past, ...staged.future]) {
    for (const { base, wanted } of edits.values()) for (const { id } of [...base, ...wanted]) ids.add(id)
  }
  for (const { externals } of staged.server.values()) for (const { id } of externals) ids.add(id)
  return ids
}

/** Removes the saved edits, and with them the undo history from before the save. */
export function saved(staged: Staged, keys: Iterable<string>): Staged {
  const next = new Map(staged.edits)
  for (const key of keys) next.delete(key)
  return next.size === 0 ? nothingStaged : { ...staged, edits: next, past: [], future: [] }
}

/** Notes who holds external organizations now; null: nobody. */
export function held(staged: Staged, holders: Iterable<readonly [string, Holder | null]>): Staged {
  const next = new Map(staged.holders)
  for (const [id, holder] of holders) {
    if (holder) next.set(id, holder)
    else next.delete(id)
  }
  return { ...staged, holders: next }
}

/** Compares an edit with what the server holds. */
export function statusOf(staged: Staged, edit: Edit): EditStatus {
  const server = staged.server.get(keyOf(edit))
  if (server && same(server.externals, edit.wanted)) return 'settled'
  if (server && !same(server.externals, edit.base)) return 'conflict'
  return elsewhere(staged, edit).length > 0 ? 'elsewhere' : 'pending'
}

/** Returns the external organizations that an edit adds although another organization holds them, and no edit removes them there. */
export function elsewhere(staged: Staged, edit: Edit): { external: External; holder: Holder }[] {
  if (staged.holders.size === 0) return []
  return edit.wanted.flatMap((external) => {
    const holder = staged.holders.get(external.id)
    if (!holder || holder.organizationId === edit.organizationId || edit.base.some(({ id }) => id === external.id)) return []
    const address = { organizationId: holder.organizationId, integrationId: edit.integrationId }
    return stagedOutOf(staged, address, external.id) ? [] : [{ external, holder }]
  })
}

/** Returns the edits that a save would send or that are in conflict, without those that already match the server. */
export function open(staged: Staged): Edit[] {
  return [...staged.edits.values()].filter((edit) => statusOf(staged, edit) !== 'settled')
}

/** Returns the edits that clash with what others have saved, and wait for a choice. */
export function conflicts(staged: Staged): Edit[] {
  return open(staged).filter((edit) => ['conflict', 'elsewhere'].includes(statusOf(staged, edit)))
}

/** The edits that stage each external organization. Every cell on the screen asks for them whenever an edit changes. */
const stagedBy = new WeakMap<Edits, Map<string, Edit>>()

/** Returns the edit that stages an external organization in an integration, if any. */
export function stagedFor({ edits }: Staged, integrationId: string, externalId: string): Edit | undefined {
  let index = stagedBy.get(edits)
  if (!index) {
    index = new Map()
    for (const edit of edits.values()) for (const { id } of edit.wanted) if (!index.has(id)) index.set(id, edit)
    stagedBy.set(edits, index)
  }
  const edit = index.get(externalId)
  return edit?.integrationId === integrationId ? edit : undefined
}

/** Reports whether an edit removes the external organization from the cell that contains it on the server. */
export function stagedOutOf(staged: Staged, address: Address, externalId: string): boolean {
  const edit = staged.edits.get(keyOf(address))
  return edit !== undefined && !edit.wanted.some(({ id }) => id === externalId)
}

function step(staged: Staged, edits: Edits): Staged {
  return { ...staged, edits, past: [...staged.past, staged.edits], future: [] }
}
