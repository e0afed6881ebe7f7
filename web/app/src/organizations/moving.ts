import { request } from '../api/client'
import { OrganizationsById } from '../api/documents'
import { type Edit, elsewhere, type External, keyOf, same, stage, stagedFor, stagedOutOf } from './staged'
import { edit as change, externalsOf, staged } from './workspace'

/** An external organization, and the organization that holds it on the server, if any. */
interface Move {
  externalId: string
  holderId: string | null
}

/** Returns the edits that remove external organizations from the other cells that contain them, on the server or in the unsaved edits. */
export async function takenFrom(organizationId: string, integrationId: string, moves: readonly Move[]): Promise<Edit[]> {
  const all = staged.get()
  const leaving = new Map<string, Set<string>>() // by the organization that they leave
  for (const { externalId, holderId } of moves) {
    const other = stagedFor(all, integrationId, externalId)?.organizationId ?? organizationId
    const from = other !== organizationId ? other : holderId
    if (from === null || from === organizationId) continue
    if (other === organizationId && stagedOutOf(all, { organizationId: from, integrationId }, externalId)) continue
    leaving.set(from, (leaving.get(from) ?? new Set()).add(externalId))
  }
  if (leaving.size === 0) return []
  const result = await request('query', OrganizationsById, { ids: [...leaving.keys()] })
  return (result.data?.nodes ?? []).flatMap((node) => {
    if (node?.__typename !== 'Organization') return []
    const address = { organizationId: node.id, integrationId }
    const base = externalsOf(node, integrationId)
    const before = staged.get().edits.get(keyOf(address))?.wanted ?? base
    const wanted = before.filter(({ id }) => !leaving.get(node.id)?.has(id))
    return same(before, wanted) ? [] : [{ ...address, organizationName: node.name, base, wanted }]
  })
}

/** Decides that a cell takes what other organizations hold: they lose it in the same save. */
export async function moveHere(edit: Edit): Promise<void> {
  const moves = elsewhere(staged.get(), edit).map(({ external, holder }) => ({ externalId: external.id, holderId: holder.organizationId }))
  const from = await takenFrom(edit.organizationId, edit.integrationId, moves)
  change((all) => stage(all, from))
}

/** Decides that a cell does not take what other organizations hold. */
export function leaveThere(edit: Edit): void {
  const left = new Set(elsewhere(staged.get(), edit).map(({ external }) => external.id))
  const rest = (externals: readonly External[]) => externals.filter(({ id }) => !left.has(id))
  change((all) => stage(all, [{ ...edit, wanted: rest(edit.wanted) }]))
}
