import { createServer } from 'node:http'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { addPgTableCondition, jsonPgSmartTags } from 'postgraphile/utils'
import { openPool, pattern } from './database.js'

// The relation that no foreign key states, and lists without the wrapping of connections.
const tags = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      mappings: {
        tags: { foreignKey: '(account_id, integration_id) references integrations (account_id, id)', behavior: '+list' },
      },
    },
  },
})

const nameHas = (tableName) => addPgTableCondition({ schemaName: 'public', tableName }, 'nameHas',
  (build) => ({
    type: build.graphql.GraphQLString,
    apply(condition, part) {
      if (!part) return
      const { sql } = build
      const value = sql`${sql.value(pattern(part))}::text`
      const own = sql`${condition.alias}.folded LIKE ${value}`
      condition.where(tableName !== 'organizations' ? own
        : sql`(${own} OR ${condition.alias}.id IN (SELECT m.organization_id FROM public.mappings m WHERE m.external_folded LIKE ${value}))`)
    },
  }))

const listed = addPgTableCondition({ schemaName: 'public', tableName: 'external_orgs' }, 'listed',
  (build) => ({
    type: build.graphql.GraphQLBoolean,
    apply(condition) {
      condition.where(build.sql`${condition.alias}.removed_at IS NULL`)
    },
  }))

// postgraphileServer serves the schema that PostGraphile makes of the tables.
export async function postgraphileServer(url, account) {
  const server = createServer()
  const pool = openPool(url, account)
  await postgraphile({
    extends: [PostGraphileAmberPreset],
    plugins: [tags, nameHas('organizations'), nameHas('external_orgs'), listed],
    pgServices: [makePgService({ pool, schemas: ['public'] })],
    grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  }).createServ(grafserv).addTo(server)
  return server
}
