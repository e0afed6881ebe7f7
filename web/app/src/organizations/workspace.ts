import { ask } from '../api/client'
import { OrganizationsById, type Change, type Organization, SaveMappings } from '../api/documents'
import { onChange } from '../api/live'
import { Store, useStore } from '../ui/store'
import { conflicts, type Edit, type External, keyOf, nothingStaged, observe, open, saved, type Staged, standing } from './staged'

/** The page's unsaved edits. They outlive moving between the pages. */
export const staged = new Store<Staged>(nothingStaged)

/** What the last save said about single cells. */
export const complaints = new Store<ReadonlyMap<string, string>>(new Map())

export const mostCells = 1_000 // in one save: the API's limit

export function useEdit(key: string): Edit | undefined {
  return useStore(staged, (all) => all.edits.get(key))
}

export function edit(change: (staged: Staged) => Staged): void {
  staged.set(change(staged.get()))
  if (complaints.get().size > 0) complaints.set(new Map())
}

/** What an organization's cell holds on the server. */
export function externalsOf(organization: Organization, integrationId: string): External[] {
  return organization.mappings
    .filter(({ integration }) => integration.id === integrationId)
    .map(({ externalOrg }) => ({ id: externalOrg.id, name: externalOrg.name, gone: externalOrg.removedAt !== null }))
}

/** Notes what the cells that are being edited hold now, and who made it so. */
export function see(organizations: readonly Organization[], by: string, at: string): void {
  let next = staged.get()
  const byId = new Map(organizations.map((organization) => [organization.id, organization]))
  for (const edits of [next.edits, ...next.past, ...next.future]) {
    for (const [key, { organizationId, integrationId }] of edits) {
      const organization = byId.get(organizationId)
      if (organization) next = observe(next, key, { externals: externalsOf(organization, integrationId), by, at })
    }
  }
  staged.set(next)
}

/** Keeps edits up to date with what others do. Returns how to stop. */
export function watchOthers(): () => void {
  return onChange((change: Change) => {
    if (change.__typename === 'MappingsChanged' || change.__typename === 'OrganizationsChanged') {
      see(change.organizations, change.by, change.at)
    }
    if (change.__typename === 'IntegrationsChanged' && change.removedIntegrationIds.length > 0) {
      const gone = new Set(change.removedIntegrationIds)
      const all = staged.get()
      const keys = [...all.edits.values()].filter(({ integrationId }) => gone.has(integrationId)).map(keyOf)
      if (keys.length > 0) staged.set(saved(all, keys))
    }
    if (change.__typename === 'Resync') void lookAgain()
  })
}

const mostNodes = 200 // ids in one query: the API's limit

/** Reads again what the cells with edits hold. */
export async function lookAgain(): Promise<void> {
  const ids = [...new Set([...staged.get().edits.values()].map(({ organizationId }) => organizationId))]
  for (let from = 0; from < ids.length; from += mostNodes) {
    const answer = await ask('query', OrganizationsById, { ids: ids.slice(from, from + mostNodes) })
    const found = answer.data?.nodes.filter((node) => node?.__typename === 'Organization') ?? []
    see(found as Organization[], 'Someone', new Date().toISOString())
  }
}

/** Saves all open edits, or none. Returns what is wrong, in words, or null. */
export async function save(): Promise<string | null> {
  const edits = open(staged.get())
  if (conflicts(staged.get()).length > 0) return 'Settle the conflicts first.'
  if (edits.length > mostCells) return `At most ${mostCells.toLocaleString()} cells are saved at once; undo some.`
  const answer = await ask('mutation', SaveMappings, {
    cells: edits.map((one) => ({
      organizationId: one.organizationId,
      integrationId: one.integrationId,
      externalOrgIds: one.wanted.map(({ id }) => id),
      expectedExternalOrgIds: one.base.map(({ id }) => id),
    })),
  })
  if (answer.problem !== null) return answer.problem
  const errors = answer.data.saveMappings.userErrors
  if (errors.length === 0) {
    complaints.set(new Map())
    const unchanged = edits.filter((one) => staged.get().edits.get(keyOf(one)) === one)
    staged.set(saved(staged.get(), unchanged.map(keyOf)))
    return null
  }
  complaints.set(new Map(errors.flatMap(({ path, message }) => {
    const about = edits[Number(path[2])]
    return path[1] === 'cells' && about ? [[keyOf(about), message] as const] : []
  })))
  if (errors.some(({ code }) => code === 'CONFLICT')) await lookAgain()
  const first = errors[0]!.message
  return errors.length === 1 ? `Nothing was saved. ${first}` : `Nothing was saved: ${errors.length} problems. ${first}`
}

/** Whether there is anything that leaving would lose. */
export const hasUnsaved = () => [...staged.get().edits.values()].some((one) => standing(staged.get(), one) !== 'settled')
