import { request } from '../api/client'
import { IntegrationsQuery, type Viewer } from '../api/documents'
import { formatDay } from '../ui/format'
import { notify } from '../ui/notifications'
import { Store } from '../ui/store'
import { words } from '../words'
import { DraftBox, draftsKey, forgetOld, takenOver } from './drafts'
import { drop, type Edits, nothingStaged, saved } from './staged'
import { edit, lastSave, rereadEdited, staged } from './workspace'

/** Whether the browser keeps the unsaved edits: closing the page loses those that it does not keep. */
export const kept = new Store(true)

/** The person whose edits are in memory. */
let owner: string | null = null

/**
 * Keeps the edits of a person in the browser and shares them with the person's other tabs. Edits of another person who was signed in
 * before are removed from memory; they stay in the browser until that person returns. Returns a function that stops it.
 */
export function keepDrafts({ account, name }: Viewer): () => void {
  const key = draftsKey(account.id, name)
  const storage = storageOf()
  const box = new DraftBox(storage, key)
  if (owner !== key) {
    staged.set(nothingStaged)
    lastSave.set(null)
  }
  owner = key

  const found = box.read()
  const before = staged.get().edits
  if (found) staged.set({ ...staged.get(), edits: new Map([...found.edits, ...before]) })
  if (found && found.edits.size > 0 && before.size === 0) welcome(found.edits.keys(), found.at)
  if (staged.get().edits.size > 0) void check()
  if (storage) forgetOldIn(storage)

  let written: Edits | null = null
  const write = () => {
    const { edits } = staged.get()
    if (edits === written) return
    written = edits
    const { changes, kept: all } = box.write(edits, new Date().toISOString())
    kept.set(all)
    staged.set(takenOver(staged.get(), changes))
  }
  write()
  const stop = staged.subscribe(write)
  const listen = (event: StorageEvent) => {
    if (event.storageArea !== storage) return
    if (event.key === key) staged.set(takenOver(staged.get(), box.take(event.newValue)))
    // The whole storage was emptied, by a person or because the session ended. Nobody discarded what this tab shows.
    if (event.key === null) box.read()
  }
  window.addEventListener('storage', listen)
  return () => {
    stop()
    window.removeEventListener('storage', listen)
  }
}

/** Discards the edits, in memory and in the browser: who signs out leaves nothing behind. */
export function discardAll(): void {
  staged.set(saved(staged.get(), staged.get().edits.keys()))
}

/** Says that edits of an earlier visit are still here. */
function welcome(keys: Iterable<string>, at: string): void {
  const all = [...keys]
  notify('done', words.organizations.changes.stillHere({ changes: all.length, day: formatDay(at) }), 'drafts', {
    label: words.organizations.changes.discard, run: () => edit((now) => drop(now, all)),
  })
}

/** Compares the edits of an earlier visit with what the server holds now. */
async function check(): Promise<void> {
  await rereadEdited()
  const { data } = await request('query', IntegrationsQuery, {})
  if (!data) return
  const known = new Set(data.integrations.map(({ id }) => id))
  const all = staged.get()
  const gone = [...all.edits].filter(([, { integrationId }]) => !known.has(integrationId)).map(([key]) => key)
  if (gone.length > 0) staged.set(saved(all, gone)) // nobody could see or save them
}

/** Returns the browser's storage; null if it is switched off. */
function storageOf(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

function forgetOldIn(storage: Storage): void {
  try {
    forgetOld(storage)
  } catch {
    // The storage cannot be read: then it keeps nothing either.
  }
}
