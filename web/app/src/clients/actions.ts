import { request, type RequestResult } from '../api/client'
import { DeleteOrganizations } from '../api/documents'
import { offerUndo } from '../history/offering'
import { parts } from '../live/parts'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { clients } from '../words/clients'
import { AssignPeople, DeletePreview, type Group, type Person, SetGroupMembers, UpdateOrganizations } from './documents'
import type { Duty } from './people'

const text = clients.done
const mostAtOnce = 10_000 // organizations in one request: the API's limit
const mostUpdated = 1_000 // organizations that one request updates or deletes: the API's limit
const about = 'organizations'

/** What a mutation has done. */
interface Payload {
  organizations?: readonly unknown[]
  change?: { id: string } | null
  userErrors: readonly { message: string }[]
}

/** What was done before anything went wrong. */
interface Outcome {
  /** The number of organizations that changed. */
  changed: number
  /** The newest first. */
  changeIds: string[]
  problem: string | null
}

/** Sends IDs in parts that the API takes at once, one after the other, until one goes wrong. */
async function inParts<Data>(ids: readonly string[], length: number, send: (part: string[]) => Promise<RequestResult<Data>>, payloadOf: (data: Data) => Payload): Promise<Outcome> {
  const outcome: Outcome = { changed: 0, changeIds: [], problem: null }
  for (const part of parts(ids, length)) {
    const { data, problem } = await send(part)
    const payload = problem === null ? payloadOf(data) : null
    outcome.problem = problem ?? payload?.userErrors[0]?.message ?? null
    if (outcome.problem !== null) break
    outcome.changed += payload?.organizations?.length ?? part.length
    if (payload?.change) outcome.changeIds.unshift(payload.change.id)
  }
  return outcome
}

/** Says what was done and offers to undo it. Returns whether nothing went wrong. */
function report({ changed, changeIds, problem }: Outcome, done: (n: number) => string): boolean {
  if (problem === null && changed === 0) notify('done', text.nothing, about)
  else if (problem === null) offerUndo(done(changed), { changeIds })
  else if (changeIds.length === 0) notify('problem', problem, about)
  else offerUndo(words.problems.partly({ done: done(changed), problem }), { changeIds }, 'problem')
  return problem === null
}

/** Makes a person the engineer or the vCIO of organizations; null: nobody. */
export async function assign(ids: readonly string[], duty: Duty, person: Person | null): Promise<boolean> {
  const to = person?.id ?? null
  const outcome = await inParts(ids, mostAtOnce, (part) => request('mutation', AssignPeople, { input: { organizationIds: part, ...(duty === 'engineer' ? { engineerId: to } : { vcioId: to }) } }), (data) => data.assignPeople)
  return report(outcome, (n) => (person ? text.assigned[duty]({ n, name: person.name }) : text.unassigned[duty](n)))
}

/** Adds organizations to a group. */
export async function addToGroup(ids: readonly string[], group: Pick<Group, 'id' | 'name'>): Promise<boolean> {
  const outcome = await inParts(ids, mostAtOnce, (part) => request('mutation', SetGroupMembers, { groupId: group.id, add: part }), (data) => data.setGroupMembers)
  return report(outcome, (n) => text.added({ n, group: group.name }))
}

/** Removes organizations from a group. */
export async function removeFromGroup(ids: readonly string[], group: Pick<Group, 'id' | 'name'>): Promise<boolean> {
  const outcome = await inParts(ids, mostAtOnce, (part) => request('mutation', SetGroupMembers, { groupId: group.id, remove: part }), (data) => data.setGroupMembers)
  return report(outcome, (n) => text.removed({ n, group: group.name }))
}

/** Deactivates or reactivates organizations. */
export async function setActive(ids: readonly string[], active: boolean): Promise<boolean> {
  const outcome = await inParts(ids, mostUpdated, (part) => request('mutation', UpdateOrganizations, { ids: part, active }), (data) => data.updateOrganizations)
  return report(outcome, active ? text.reactivated : text.deactivated)
}

/** Saves the note of an organization; an empty text removes it. Returns what went wrong, or null. */
export async function saveNote({ id, name }: { id: string; name: string }, note: string): Promise<string | null> {
  const outcome = await inParts([id], mostUpdated, (part) => request('mutation', UpdateOrganizations, { ids: part, note }), (data) => data.updateOrganizations)
  if (outcome.problem === null) report(outcome, () => (note.trim() === '' ? text.noteRemoved(name) : text.noteSaved(name)))
  return outcome.problem
}

/** Which organizations can be deleted, and why the others cannot. */
export interface Deletable {
  ids: readonly string[]
  kept: readonly string[]
  problem: string | null
}

/** Finds out which organizations can be deleted. A response names some of those that cannot, so the rest is asked about again. */
export async function deletable(ids: readonly string[]): Promise<Deletable> {
  const free: string[] = []
  const kept: string[] = []
  for (const part of parts(ids, mostUpdated)) {
    for (let left: readonly string[] = part; left.length > 0;) {
      const { data, problem } = await request('mutation', DeletePreview, { ids: [...left] })
      if (problem !== null) return { ids: [], kept: [], problem }
      const errors = data.deleteOrganizations.userErrors.flatMap(({ message, path }) => {
        const at = path.at(-1)
        return at !== undefined && /^\d+$/.test(at) ? [{ message, at: Number(at) }] : []
      })
      const [first] = data.deleteOrganizations.userErrors
      if (first && errors.length === 0) return { ids: [], kept: [], problem: first.message }
      if (!first) {
        free.push(...left)
        break
      }
      const held = new Set(errors.map(({ at }) => at))
      left = left.filter((_, at) => !held.has(at))
      kept.push(...errors.map(({ message }) => message))
    }
  }
  return { ids: free, kept, problem: null }
}

/** Deletes organizations. Returns what went wrong, or null. */
export async function remove(ids: readonly string[]): Promise<string | null> {
  const outcome = await inParts(ids, mostUpdated, (part) => request('mutation', DeleteOrganizations, { ids: part, dryRun: false }), (data) => data.deleteOrganizations)
  if (outcome.problem === null || outcome.changeIds.length > 0) report(outcome, text.deleted)
  return outcome.problem
}
