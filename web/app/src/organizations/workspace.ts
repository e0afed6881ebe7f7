import { request } from '../api/client'
import { ExternalOrgsById, OrganizationsById, type Change, type Organization, SaveMappings } from '../api/documents'
import { onChange } from '../api/live'
import { Store, useStore } from '../ui/store'
import { words } from '../words'
import { conflicts, type Edit, type External, externalIds, keyOf, nothingStaged, observe, open, renamed, saved, type Staged, statusOf, unchangedSince } from './staged'

/** The page's unsaved edits. They survive moving between pages. */
export const staged = new Store<Staged>(nothingStaged)

/** The last save's errors for single cells. */
export const cellErrors = new Store<ReadonlyMap<string, string>>(new Map())

export const maxCells = 1_000 // in one save: the API's limit

export function useEdit(key: string): Edit | undefined {
  return useStore(staged, (all) => all.edits.get(key))
}

export function edit(change: (staged: Staged) => Staged): void {
  staged.set(change(staged.get()))
  if (cellErrors.get().size > 0) cellErrors.set(new Map())
}

/** Returns what an organization's cell contains on the server. */
export function externalsOf(organization: Organization, integrationId: string): External[] {
  return organization.mappings
    .filter(({ integration }) => integration.id === integrationId)
    .map(({ externalOrg }) => ({ id: externalOrg.id, name: externalOrg.name, gone: externalOrg.removedAt !== null }))
}

/** Records what the edited cells contain on the server, and who changed them. */
export function recordServerState(organizations: readonly Organization[], by: string, at: string): void {
  let next = staged.get()
  const byId = new Map(organizations.map((organization) => [organization.id, organization]))
  for (const edits of [next.edits, ...next.past, ...next.future]) {
    for (const [key, { organizationId, integrationId }] of edits) {
      const organization = byId.get(organizationId)
      if (organization) next = observe(next, key, { externals: externalsOf(organization, integrationId), by, at })
    }
  }
  const names = new Map(organizations.map(({ id, name }) => [id, name]))
  const touched = [...next.edits.values()].some(({ organizationId }) => names.has(organizationId))
  staged.set(touched ? renamed(next, names, new Map()) : next)
}

/** Reads the names of the external organizations in edits again, and whether their application still lists them. */
async function readExternals(): Promise<void> {
  const ids = [...externalIds(staged.get())]
  for (let from = 0; from < ids.length; from += maxNodes) {
    const result = await request('query', ExternalOrgsById, { ids: ids.slice(from, from + maxNodes) })
    const found = new Map<string, External>()
    for (const node of result.data?.nodes ?? []) {
      if (node?.__typename === 'ExternalOrg') found.set(node.id, { id: node.id, name: node.name, gone: node.removedAt !== null })
    }
    if (found.size > 0) staged.set(renamed(staged.get(), new Map(), found))
  }
}

/** Keeps edits up to date with other people's changes. Returns a function that stops it. */
export function followOthers(): () => void {
  return onChange((change: Change) => {
    if (change.__typename === 'MappingsChanged' || change.__typename === 'OrganizationsChanged') {
      recordServerState(change.organizations, change.by, change.at)
    }
    if (change.__typename === 'IntegrationsChanged' && change.removedIntegrationIds.length > 0) {
      const gone = new Set(change.removedIntegrationIds)
      const all = staged.get()
      const keys = [...all.edits.values()].filter(({ integrationId }) => gone.has(integrationId)).map(keyOf)
      if (keys.length > 0) staged.set(saved(all, keys))
    }
    if (change.__typename === 'IntegrationsChanged' || change.__typename === 'Resync') void readExternals()
    if (change.__typename === 'Resync') void rereadEditedCells()
  })
}

const maxNodes = 200 // ids in one query: the API's limit

/** Reads the contents of the edited cells again. */
export async function rereadEditedCells(): Promise<void> {
  const ids = [...new Set([...staged.get().edits.values()].map(({ organizationId }) => organizationId))]
  for (let from = 0; from < ids.length; from += maxNodes) {
    const result = await request('query', OrganizationsById, { ids: ids.slice(from, from + maxNodes) })
    const found = result.data?.nodes.filter((node) => node?.__typename === 'Organization') ?? []
    recordServerState(found, words.organizations.conflict.someone, new Date().toISOString())
  }
}

/** Saves all open edits, or none. Returns an error message, or null. */
export async function save(): Promise<string | null> {
  const edits = open(staged.get())
  if (conflicts(staged.get()).length > 0) return words.problems.resolveConflicts(conflicts(staged.get()).length)
  if (edits.length > maxCells) return words.problems.tooManyCells(maxCells)
  const result = await request('mutation', SaveMappings, {
    cells: edits.map((one) => ({
      organizationId: one.organizationId,
      integrationId: one.integrationId,
      externalOrgIds: one.wanted.map(({ id }) => id),
      expectedExternalOrgIds: one.base.map(({ id }) => id),
    })),
  })
  if (result.problem !== null) return result.problem
  const errors = result.data.saveMappings.userErrors
  if (errors.length === 0) {
    cellErrors.set(new Map())
    staged.set(saved(staged.get(), unchangedSince(staged.get(), edits)))
    return null
  }
  cellErrors.set(new Map(errors.flatMap(({ path, message }) => {
    const about = edits[Number(path[2])]
    return path[1] === 'cells' && about ? [[keyOf(about), message] as const] : []
  })))
  if (errors.some(({ code }) => code === 'CONFLICT')) await rereadEditedCells()
  return words.problems.notSaved({ message: errors[0]!.message, errors: errors.length })
}

/** Reports whether leaving the page would lose anything. */
export const hasUnsaved = () => [...staged.get().edits.values()].some((one) => statusOf(staged.get(), one) !== 'settled')
