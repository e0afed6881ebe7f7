import { type Edit, type Edits, type External, keyOf, same, type Staged } from './staged'

/** Unsaved edits as a browser keeps them, and when the last of them was made. */
export interface Drafts {
  edits: Edits
  at: string
}

const version = 1
const prefix = 'orgmap.drafts '
const maxAge = 30 * 24 * 60 * 60 * 1_000 // milliseconds after which drafts are forgotten

/** The most characters that are kept for one person: browsers allow an address about five million in total. */
export const maxLength = 2_000_000

/**
 * Returns the key of a person's drafts. A person is known by name, as in the journal, and not by the ID of a token: every sign-in
 * link has a token of its own, and the drafts of the last one must still be found.
 */
export const draftsKey = (accountId: string, person: string) => `${prefix}${version} ${accountId} ${person}`

type Kept = [string, string, string, KeptExternal[], KeptExternal[]]
type KeptExternal = [string, string] | [string, string, 1]

const keep = ({ id, name, gone }: External): KeptExternal => (gone ? [id, name, 1] : [id, name])

/** Writes edits as a text; null if it is too long to be kept. */
export function encode({ edits, at }: Drafts): string | null {
  const kept = [...edits.values()].map((edit): Kept =>
    [edit.organizationId, edit.organizationName, edit.integrationId, edit.base.map(keep), edit.wanted.map(keep)])
  const text = JSON.stringify({ version, at, edits: kept })
  return text.length > maxLength ? null : text
}

/** Reads what encode wrote; null for anything else: other programs, and other versions of this one, write to the same storage. */
export function decode(text: string | null): Drafts | null {
  if (text === null || text.length > maxLength) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(value) || value.version !== version || typeof value.at !== 'string' || Number.isNaN(Date.parse(value.at)) || !Array.isArray(value.edits)) return null
  const edits = new Map<string, Edit>()
  for (const one of value.edits) {
    if (!isKept(one)) return null
    const [organizationId, organizationName, integrationId, base, wanted] = one
    const edit = { organizationId, organizationName, integrationId, base: base.map(externalOf), wanted: wanted.map(externalOf) }
    edits.set(keyOf(edit), edit)
  }
  return { edits, at: value.at }
}

const externalOf = ([id, name, gone]: KeptExternal): External => ({ id, name, gone: gone === 1 })

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const areTexts = (values: unknown[]) => values.every((value) => typeof value === 'string')
const isExternal = (value: unknown): value is KeptExternal =>
  Array.isArray(value) && areTexts(value.slice(0, 2)) && (value.length === 2 || value.length === 3 && value[2] === 1)
const areExternals = (value: unknown) => Array.isArray(value) && value.every(isExternal)
const isKept = (value: unknown): value is Kept =>
  Array.isArray(value) && value.length === 5 && areTexts(value.slice(0, 3)) && areExternals(value[3]) && areExternals(value[4])

/** What became of cells between two sets of edits: the new edit of each, or null if it has none anymore. */
export type Changes = ReadonlyMap<string, Edit | null>

export function changesBetween(before: Edits, after: Edits): Changes {
  const changes = new Map<string, Edit | null>()
  for (const key of before.keys()) if (!after.has(key)) changes.set(key, null)
  for (const [key, edit] of after) {
    const old = before.get(key)
    if (!old || !same(old.wanted, edit.wanted) || !same(old.base, edit.base)) changes.set(key, edit)
  }
  return changes
}

export function applied(edits: Edits, changes: Changes): Edits {
  if (changes.size === 0) return edits
  const next = new Map(edits)
  for (const [key, edit] of changes) {
    if (edit) next.set(key, edit)
    else next.delete(key)
  }
  return next
}

/** Takes over what another tab has changed. It is no step of this tab: undo and redo here leave it alone. */
export function takenOver(staged: Staged, changes: Changes): Staged {
  if (changes.size === 0) return staged
  const all = (states: readonly Edits[]) => states.map((edits) => applied(edits, changes))
  return { ...staged, edits: applied(staged.edits, changes), past: all(staged.past), future: all(staged.future) }
}

/** Where drafts are kept: the browser's storage, or a part of it. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** Deletes drafts that nobody has touched for a long time, of anyone who uses this browser. */
export function forgetOld(storage: Keeper, now = Date.now()): void {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at)).filter((key) => key?.startsWith(prefix))
  for (const key of keys) {
    const drafts = key && decode(storage.getItem(key))
    if (drafts && now - Date.parse(drafts.at) > maxAge) storage.removeItem(key)
  }
}

/** The drafts of one person in one storage, which all tabs share. */
export class DraftBox {
  /** What this tab has last read or written: the difference to it is what this tab has changed. */
  private known: Edits = new Map()

  constructor(private readonly storage: Keeper | null, private readonly key: string) {}

  /** Reads the drafts; null if there are none. */
  read(): Drafts | null {
    const drafts = this.stored()
    this.known = drafts?.edits ?? new Map()
    return drafts
  }

  /**
   * Keeps a tab's edits. Returns what other tabs have changed meanwhile, and whether everything is kept: if it is too much, or the
   * storage is full or switched off, the storage stays as it was.
   */
  write(mine: Edits, at: string): { changes: Changes; kept: boolean } {
    const theirs = this.stored()?.edits ?? new Map<string, Edit>()
    const next = applied(theirs, changesBetween(this.known, mine))
    const changes = changesBetween(mine, next)
    if (changesBetween(theirs, next).size > 0 && !this.store({ edits: next, at })) return { changes: new Map(), kept: false }
    this.known = next
    return { changes, kept: true }
  }

  private store(drafts: Drafts): boolean {
    const text = encode(drafts)
    if (text === null || !this.storage) return false
    try {
      if (drafts.edits.size === 0) this.storage.removeItem(this.key)
      else this.storage.setItem(this.key, text)
      return true
    } catch {
      return false
    }
  }

  /** Takes a text that another tab has written, null if it has deleted the drafts. Returns what that tab has changed. */
  take(text: string | null): Changes {
    const drafts = decode(text)
    if (text !== null && !drafts) return new Map() // not from this version of the page
    const before = this.known
    this.known = drafts?.edits ?? new Map()
    return changesBetween(before, this.known)
  }

  private stored(): Drafts | null {
    try {
      return decode(this.storage?.getItem(this.key) ?? null)
    } catch {
      return null
    }
  }
}
