import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import { openPool } from './database.js'
import { OneStatement } from './onestatement.js'
import { typeDefs } from './schema.js'
import { Store } from './store.js'

const Node = { __resolveType: () => 'Integration' }

// yoga serves with GraphQL Yoga, graphql-jit and DataLoader.
export function yoga(url, account) {
  const store = new Store(openPool(url, account), account)
  const [organizations, integrations, externalOrgs] = ['organizations', 'integrations', 'external_orgs'].map((table) => store.byID(table))
  const context = () => ({
    mappings: new DataLoader((ids) => store.mappingsOf(ids)),
    mappingOf: new DataLoader((ids) => store.mappingOfEach(ids)),
    organizations: new DataLoader(organizations),
    integrations: new DataLoader(integrations),
    externalOrgs: new DataLoader(externalOrgs),
  })
  return serve(context, {
    Node,
    Query: {
      organizations: (_, args) => store.organizations(args),
      node: (_, { id }, { integrations }) => integrations.load(id),
    },
    OrganizationConnection: { totalCount: (connection) => store.countOrganizations(connection) },
    Organization: { mappings: ({ id }, _, { mappings }) => mappings.load(id) },
    Mapping: {
      organization: ({ organization_id }, _, { organizations }) => organizations.load(organization_id),
      integration: ({ integration_id }, _, { integrations }) => integrations.load(integration_id),
      externalOrg: ({ external_org_id }, _, { externalOrgs }) => externalOrgs.load(external_org_id),
    },
    Integration: { externalOrgs: ({ id }, args) => store.externalOrgs(id, args) },
    ExternalOrgConnection: { totalCount: (connection) => store.countExternalOrgs(connection) },
    ExternalOrg: { mapping: ({ id }, _, { mappingOf }) => mappingOf.load(id) },
  })
}

// yogaOneStatement is yoga with the bare handler's SQL: a page is one statement, and nothing is left to load.
export function yogaOneStatement(url, account) {
  const store = new OneStatement(openPool(url, account), account)
  return serve(undefined, {
    Node,
    Query: {
      organizations: (_, args) => store.organizations(args),
      node: (_, { id }) => ({ id }),
    },
    Integration: { externalOrgs: ({ id }, args) => store.externalOrgs(id, args) },
  })
}

function serve(context, resolvers) {
  return createServer(createYoga({
    schema: createSchema({ typeDefs, resolvers }),
    plugins: [useGraphQlJit()],
    context, logging: false, graphiql: false, landingPage: false, healthCheckEndpoint: '/readyz',
  }))
}
