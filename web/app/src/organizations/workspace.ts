import { request } from '../api/client'
import { ExternalOrgsById, OrganizationsById, type Change, type Organization } from '../api/documents'
import { onChange } from '../api/live'
import { changeSubject } from '../history/asking'
import { dismissWhere } from '../ui/notifications'
import { Store, useStore } from '../ui/store'
import { words } from '../words'
import { type Edit, type External, externalIds, held, type Holder, keyOf, nothingStaged, observe, renamed, saved, type Staged, statusOf } from './staged'

/** The page's unsaved edits. They survive moving between pages. */
export const staged = new Store<Staged>(nothingStaged)

/** The last save's errors for single cells. */
export const cellErrors = new Store<ReadonlyMap<string, string>>(new Map())

/** What the last save changed, until the next edit. */
export const lastSave = new Store<Saved | null>(null)

export interface Saved {
  edits: readonly Edit[]
  /** The changes that the save made, the newest first. */
  changeIds: readonly string[]
  at: string
}

export function useEdit(key: string): Edit | undefined {
  return useStore(staged, (all) => all.edits.get(key))
}

export function edit(change: (staged: Staged) => Staged): void {
  staged.set(change(staged.get()))
  lastSave.set(null)
  dismissWhere(({ about }) => about === changeSubject)
  if (cellErrors.get().size > 0) cellErrors.set(new Map())
}

/** Returns what an organization's cell contains on the server. */
export function externalsOf(organization: Organization, integrationId: string): External[] {
  return organization.mappings
    .filter(({ integration }) => integration.id === integrationId)
    .map(({ externalOrg }) => ({ id: externalOrg.id, name: externalOrg.name, gone: externalOrg.removedAt !== null }))
}

/** Returns what an organization's cell contains, including an unsaved edit. */
export function contentOf(all: Staged, organization: Organization, integrationId: string): readonly External[] {
  const mine = all.edits.get(keyOf({ organizationId: organization.id, integrationId }))
  return mine && statusOf(all, mine) !== 'settled' ? mine.wanted : externalsOf(organization, integrationId)
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
  next = withHolders(next, organizations)
  const names = new Map(organizations.map(({ id, name }) => [id, name]))
  const touched = [...next.edits.values()].some(({ organizationId }) => names.has(organizationId))
  staged.set(touched ? renamed(next, names, new Map()) : next)
}

/** Notes which external organizations in edits these organizations hold now, and which they no longer hold. */
function withHolders(all: Staged, organizations: readonly Organization[]): Staged {
  if (all.edits.size === 0) return all
  const wanted = new Set([...all.edits.values()].flatMap((one) => one.wanted.map(({ id }) => id)))
  const changed = new Set(organizations.map(({ id }) => id))
  const released = [...all.holders].filter(([, { organizationId }]) => changed.has(organizationId)).map(([id]) => [id, null] as const)
  const taken = organizations.flatMap(({ id, name, mappings }) => mappings
    .filter(({ externalOrg }) => wanted.has(externalOrg.id))
    .map(({ externalOrg, createdBy }) => [externalOrg.id, { organizationId: id, organizationName: name, by: createdBy }] as const))
  return released.length + taken.length === 0 ? all : held(all, [...released, ...taken])
}

/** Reads external organizations again: their names, whether their application still lists them, and who holds them. */
export async function readExternals(ids: readonly string[] = [...externalIds(staged.get())]): Promise<void> {
  for (let from = 0; from < ids.length; from += maxNodes) {
    const result = await request('query', ExternalOrgsById, { ids: ids.slice(from, from + maxNodes) })
    const found = new Map<string, External>()
    const holders = new Map<string, Holder | null>()
    for (const node of result.data?.nodes ?? []) {
      if (node?.__typename !== 'ExternalOrg') continue
      found.set(node.id, { id: node.id, name: node.name, gone: node.removedAt !== null })
      holders.set(node.id, holderOf(node.mapping))
    }
    if (found.size > 0) staged.set(held(renamed(staged.get(), new Map(), found), holders))
  }
}

/** Returns who holds an external organization, by its mapping. */
export const holderOf = (mapping: { createdBy: string; organization: { id: string; name: string } } | null): Holder | null =>
  mapping && { organizationId: mapping.organization.id, organizationName: mapping.organization.name, by: mapping.createdBy }

/** Keeps edits up to date with other people's changes. Returns a function that stops it. */
export function followOthers(): () => void {
  return onChange((change: Change) => {
    if (change.__typename === 'MappingsChanged' || change.__typename === 'OrganizationsChanged') {
      recordServerState(change.organizations, change.by, change.at)
      const gone = new Set(change.removedOrganizationIds)
      dropEdits(({ organizationId }) => gone.has(organizationId))
    }
    if (change.__typename === 'IntegrationsChanged') {
      const gone = new Set(change.removedIntegrationIds)
      dropEdits(({ integrationId }) => gone.has(integrationId))
    }
    if (change.__typename === 'IntegrationsChanged') void readExternals()
    if (change.__typename === 'Resync') void rereadEdited()
  })
}

/** Drops the edits of cells that no longer exist. */
function dropEdits(isGone: (edit: Edit) => boolean): void {
  const all = staged.get()
  const keys = [...all.edits.values()].filter(isGone).map(keyOf)
  if (keys.length > 0) staged.set(saved(all, keys))
}

const maxNodes = 200 // ids in one query: the API's limit

/** Reads everything again that edits refer to. */
export async function rereadEdited(): Promise<void> {
  await Promise.all([rereadEditedCells(), readExternals()])
}

/** Reads the contents of the edited cells again. */
export async function rereadEditedCells(): Promise<void> {
  const ids = [...new Set([...staged.get().edits.values()].map(({ organizationId }) => organizationId))]
  for (let from = 0; from < ids.length; from += maxNodes) {
    const result = await request('query', OrganizationsById, { ids: ids.slice(from, from + maxNodes) })
    const found = result.data?.nodes.filter((node) => node?.__typename === 'Organization') ?? []
    recordServerState(found, words.organizations.conflict.someone, new Date().toISOString())
  }
}

/** Reports whether leaving the page would lose anything. */
export const hasUnsaved = () => [...staged.get().edits.values()].some((one) => statusOf(staged.get(), one) !== 'settled')
