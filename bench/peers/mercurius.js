import Fastify from 'fastify'
import mercurius from 'mercurius'
import { openPool } from './database.js'
import { typeDefs } from './schema.js'
import { Store } from './store.js'

// gathered is a loader of Mercurius. Its cache would write every object as JSON for a key; the store asks for no id twice.
const gathered = (load, key) => ({ loader: (asked) => load(asked.map(({ obj }) => obj[key])), opts: { cache: false } })

// mercuriusServer serves with Mercurius, its loaders and its just-in-time compiler.
export async function mercuriusServer(url, account) {
  const store = new Store(openPool(url, account), account)
  const app = Fastify()
  await app.register(mercurius, {
    schema: typeDefs,
    jit: 1,
    graphiql: false,
    resolvers: {
      Node: { resolveType: () => 'Integration' },
      Query: {
        organizations: (_, args) => store.organizations(args),
        node: async (_, { id }) => (await store.byID('integrations')([id]))[0],
      },
      OrganizationConnection: { totalCount: (connection) => store.countOrganizations(connection) },
      Integration: { externalOrgs: ({ id }, args) => store.externalOrgs(id, args) },
      ExternalOrgConnection: { totalCount: (connection) => store.countExternalOrgs(connection) },
    },
    loaders: {
      Organization: { mappings: gathered((ids) => store.mappingsOf(ids), 'id') },
      Mapping: {
        organization: gathered(store.byID('organizations'), 'organization_id'),
        integration: gathered(store.byID('integrations'), 'integration_id'),
        externalOrg: gathered(store.byID('external_orgs'), 'external_org_id'),
      },
      ExternalOrg: { mapping: gathered((ids) => store.mappingOfEach(ids), 'id') },
    },
  })
  app.get('/readyz', async () => 'ready')
  await app.ready()
  return app.server
}
