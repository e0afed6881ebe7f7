import { type Cache, cacheExchange } from '@urql/exchange-graphcache'

import { type Change, IntegrationsQuery, type MatchingChange, MatchingCounts, type Quota, QuotaQuery } from './documents'
import type { ResultOf } from './graphql'

const noKey = () => null

/** Types without an ID: pages, payloads, numbers. They are stored inside their parent. */
const withoutKey = [
  'PageInfo', 'Quota', 'AccountLimits', 'Limit', 'Viewer', 'ExternalOrgCounts', 'RefreshFailure', 'RefreshProgress', 'SkippedRow', 'RefreshChange', 'RefreshChanges', 'UserError',
  'OrganizationConnection', 'OrganizationEdge', 'ExternalOrgConnection', 'ExternalOrgEdge',
  'RefreshRunConnection', 'RefreshRunEdge', 'ImportCandidateConnection', 'ImportCandidateEdge',
  'ImportCandidate', 'ImportResult', 'ApplicationInfo', 'Region', 'CredentialField',
  'OrganizationsChanged', 'MappingsChanged', 'IntegrationsChanged', 'DecisionsChanged', 'GroupsChanged', 'PeopleChanged', 'SettingsChanged', 'Resync',
  'Suggestion', 'MatchSignal', 'MatchCandidate', 'MatchCounts', 'Exclusion', 'Actor', 'OrganizationCounts', 'MatchingChange', 'LeftOut', 'TierCount',
  'ChangeConnection', 'ChangeEdge', 'EditConnection', 'EditEdge', 'MappingEdit', 'OrganizationEdit', 'IntegrationEdit', 'DecisionEdit', 'FieldEdit',
  'UndoPreview', 'SkippedEdit',
  'PersonConnection', 'PeopleChanged', 'SettingsChanged',
]

/** The client's cache of entities: one entry each, however many pages show it. */
export const cache = cacheExchange({
  keys: Object.fromEntries(withoutKey.map((name) => [name, noKey])),
  updates: {
    Subscription: {
      accountChanges: (result, _args, cache) => applyChange(cache, result.accountChanges as Change),
      refreshProgress: (result, _args, cache) => {
        const { run } = result.refreshProgress as { run: RunOfIntegration }
        showRun(cache, run)
      },
      matchingChanges: (result, _args, cache) => {
        const { integration, organizationCounts } = result.matchingChanges as MatchingChange
        cache.writeFragment(MatchingCounts, { __typename: 'Integration', id: integration.id, organizationCounts } as never)
      },
    },
    Mutation: {
      createOrganization: (result, _args, cache) => showQuota(cache, result.createOrganization),
      updateOrganization: (result, _args, cache) => showQuota(cache, result.updateOrganization),
      deleteOrganizations: (result, _args, cache) => showQuota(cache, result.deleteOrganizations),
      importFromITGlue: (result, _args, cache) => {
        showQuota(cache, result.importFromITGlue)
        invalidateRows(cache)
      },
      refresh: (result, _args, cache) => {
        for (const run of (result.refresh as { runs: RunOfIntegration[] }).runs) showRun(cache, run)
      },
    },
  },
})

interface RunOfIntegration {
  id: string
  state?: string
  integration: { id: string }
}

/** Makes a run its integration's latest, unless a newer one is known: IDs are in the order of requests. */
function showRun(cache: Cache, run: RunOfIntegration) {
  const integration = { __typename: 'Integration', id: run.integration.id }
  const newest = cache.resolve(integration, 'lastRefresh') as string | null | undefined
  if (newest && cache.resolve(newest, 'id') as string > run.id) return
  const link = { __typename: 'RefreshRun', id: run.id }
  cache.link(integration, 'lastRefresh', link)
  if (run.state === 'SUCCEEDED') cache.link(integration, 'lastSuccess', link)
}

function showQuota(cache: Cache, payload: unknown) {
  const { quota } = payload as { quota?: Quota }
  if (quota) cache.updateQuery({ query: QuotaQuery }, () => ({ quota }))
}

function applyChange(cache: Cache, change: Change) {
  switch (change.__typename) {
    case 'OrganizationsChanged':
      showQuota(cache, change)
      invalidateRows(cache)
      break
    case 'MappingsChanged': {
      // A mapping does not move rows. An import may have created organizations, which shows in the quota, and undoing it deletes them.
      const known = cache.readQuery<ResultOf<typeof QuotaQuery>>({ query: QuotaQuery })
      if (known?.quota.used !== change.quota.used || change.removedOrganizationIds.length > 0) invalidateRows(cache)
      showQuota(cache, change)
      break
    }
    case 'IntegrationsChanged':
      showIntegrations(cache, change)
      // The entities of external organizations that a refresh touched came with the change: every cell that shows one is up to date.
      if (change.externalOrgs === null || change.removedIntegrationIds.length > 0) invalidateRows(cache)
      break
    case 'GroupsChanged': // lists can be filtered by groups
      invalidateField(cache, 'organizations')
      break
    case 'Resync':
      for (const { fieldName } of cache.inspectFields('Query')) invalidateField(cache, fieldName)
      break
  }
}

function showIntegrations(cache: Cache, change: Extract<Change, { __typename: 'IntegrationsChanged' }>) {
  cache.updateQuery({ query: IntegrationsQuery }, (known) => {
    if (!known) return known
    const gone = new Set(change.removedIntegrationIds)
    const there = known.integrations.filter(({ id }) => !gone.has(id))
    const ids = new Set(there.map(({ id }) => id))
    return { integrations: [...there, ...change.integrations.filter(({ id }) => !ids.has(id) && !gone.has(id))] }
  })
  for (const id of change.removedIntegrationIds) cache.invalidate({ __typename: 'Integration', id })
}

/** Invalidates the grid's rows, whichever query they came from. */
function invalidateRows(cache: Cache) {
  invalidateField(cache, 'organizations')
  invalidateField(cache, 'nodes')
}

/** Invalidates a list. It is read again, at once if it is visible. */
function invalidateField(cache: Cache, field: string) {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === field) cache.invalidate('Query', fieldKey)
  }
}
