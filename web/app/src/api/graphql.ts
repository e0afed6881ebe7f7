import { initGraphQLTada } from 'gql.tada'

import type { introspection } from '../graphql-env.d.ts'

/** Makes typed documents of the server's own schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { Time: string; URL: string }
  disableMasking: true
}>()

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'
