import type { Action, Change } from './documents'

/** A change that undid another one. */
export interface Undoing {
  id: string
  at: string
  editCount: number
  actor: { name: string }
  undoneBy?: Undoing | null
}

/** Whether a change is still in effect. */
export interface Standing {
  state: 'done' | 'undone' | 'partlyUndone' | 'redone'
  /** The newest of the changes that undid the change, redid it, and so on. */
  by: Undoing | null
  /** The ID of the change to undo in order to undo this one, or to redo it. */
  target: string
}

type Known = Pick<Change, 'id' | 'editCount' | 'revertedCount' | 'undoneBy'>

/** The number of changes that a response follows: whoever undoes and redoes more often has to read on. */
export const chainLength = 3

/** Returns the change that undid a change, the one that undid that, and so on. */
export function chainOf({ undoneBy }: Pick<Known, 'undoneBy'>): Undoing[] {
  const chain: Undoing[] = []
  for (let one: Undoing | null | undefined = undoneBy; one; one = one.undoneBy) chain.push(one)
  return chain
}

/** Returns whether a change is in effect, undone or redone. A change can be undone in several parts; the newest one is followed. */
export function standingOf(change: Known): Standing {
  const chain = chainOf(change)
  const by = chain.at(-1) ?? null
  if (by === null) return { state: 'done', by, target: change.id }
  const redone = chain.length % 2 === 0
  if (change.revertedCount === 0) return { state: 'redone', by, target: by.id }
  if (change.revertedCount >= change.editCount) return { state: 'undone', by, target: by.id }
  // Undoing it further means to undo what was redone last.
  return { state: 'partlyUndone', by: redone ? chain.at(-2)! : by, target: redone ? by.id : chain.at(-2)?.id ?? change.id }
}

/** Actions whose edits are never undone. */
const never: ReadonlySet<Action> = new Set<Action>([
  'INTEGRATION_CONNECTED', 'INTEGRATION_UPDATED', 'INTEGRATION_DISCONNECTED', 'INTEGRATION_RESTORED', 'LIST_REFRESHED',
  'PEOPLE_CHANGED', 'DEVICES_CHANGED', 'SETTINGS_CHANGED',
])

/** Reports whether a change can never be undone: because of its kind, or because an older version recorded it. */
export const isPermanent = ({ action, editCount, incomplete }: Pick<Change, 'action' | 'editCount' | 'incomplete'>): boolean =>
  never.has(action) || incomplete !== null || editCount === 0

const mostPreviewed = 20_000 // edits in one request: the API allows 50,000 and then refuses the whole request
const mostAsked = 50 // changes in one request, unless it asks for more than whether they can be undone

/** Returns the changes in groups whose edits the API looks at together. A change with more edits is a group of its own. */
export function inGroups<One extends { editCount: number }>(changes: readonly One[], most = mostAsked): One[][] {
  const groups: One[][] = []
  let size = 0
  for (const change of changes) {
    const last = groups.at(-1)
    if (last && last.length < most && size + change.editCount <= mostPreviewed) {
      last.push(change)
      size += change.editCount
    } else {
      groups.push([change])
      size = change.editCount
    }
  }
  return groups
}
