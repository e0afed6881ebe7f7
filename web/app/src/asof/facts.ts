import { request } from '../api/client'
import type { VariablesOf } from '../api/graphql'
import type { CellDifference, Since } from './differences'
import { MappedToday, NewestChange, type ShownChange } from './documents'

type Filter = VariablesOf<typeof NewestChange>['filter']
type Action = NonNullable<Filter['actions']>[number]

/** The changes that move an external organization. */
const moving: Action[] = [
  'ORGANIZATIONS_CREATED', 'MAPPINGS_SAVED', 'MAPPING_CLEARED', 'IMPORTED', 'SUGGESTIONS_ACCEPTED', 'SUGGESTIONS_APPLIED', 'DECISIONS_CHANGED', 'CSV_APPLIED',
  'INTEGRATION_RESTORED', 'UNDONE',
]

/** What happened to one external organization since a moment, and the change that did it, if history knows it. */
export interface Fact {
  kind: 'left' | 'entered' | 'renamed'
  id: string
  change: ShownChange | null
  /** The name of the organization that holds it today. */
  holder: string | null
}

async function newest(filter: Filter): Promise<ShownChange | null> {
  const { data } = await request('query', NewestChange, { filter })
  return data?.changes.nodes[0] ?? null
}

/** Finds out who changed a cell since a moment. A disconnected integration took all its mappings along. */
export async function factsOfCell(difference: CellDifference, from: string, disconnected: string | null): Promise<Fact[]> {
  const { left, entered, renamed } = difference
  if (disconnected !== null) {
    const change = await newest({ integrationIds: [disconnected], actions: ['INTEGRATION_DISCONNECTED'], from })
    return left.map(({ id }) => ({ kind: 'left', id, change, holder: null }))
  }
  const ids = [...left, ...entered].map(({ id }) => id)
  const { data } = ids.length === 0 ? { data: null } : await request('query', MappedToday, { ids })
  const mappings = new Map((data?.nodes ?? []).flatMap((node) => (node?.__typename === 'ExternalOrg' ? [[node.id, node.mapping] as const] : [])))
  const moved = async (kind: Fact['kind'], id: string): Promise<Fact> => {
    const mapping = mappings.get(id)
    const change = mapping ? mapping.change : await newest({ externalOrgIds: [id], actions: moving, from })
    return { kind, id, change, holder: mapping?.organization.name ?? null }
  }
  return Promise.all([
    ...left.map(({ id }) => moved('left', id)),
    ...entered.map(({ id }) => moved('entered', id)),
    ...renamed.map(async ({ id }): Promise<Fact> => ({ kind: 'renamed', id, change: await newest({ externalOrgIds: [id], actions: ['LIST_REFRESHED'], from }), holder: null })),
  ])
}

/** Finds out who changed an organization itself since a moment. */
export const changeOfOrganization = (organizationId: string, { state }: Since, from: string): Promise<ShownChange | null> =>
  newest({ organizationIds: [organizationId], actions: state === 'deleted' ? ['ORGANIZATIONS_DELETED', 'UNDONE'] : ['ORGANIZATION_UPDATED', 'UNDONE'], from })
