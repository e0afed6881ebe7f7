import { initGraphQLTada } from 'gql.tada'

import type { introspection } from '../graphql-env.d.ts'

/** Creates typed documents from the server's schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { Time: string; URL: string }
  disableMasking: true
}>()

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'
