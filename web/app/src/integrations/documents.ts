import { graphql, type ResultOf } from '../api/graphql'

export const DisconnectedIntegrations = graphql(`
  query DisconnectedIntegrations {
    disconnectedIntegrations {
      id
      name
      application
      source
      disconnectedAt
      actor {
        name
      }
      restorableUntil
      mappings
    }
  }
`)

/** An integration that can be connected again with its mappings. */
export type Disconnected = ResultOf<typeof DisconnectedIntegrations>['disconnectedIntegrations'][number]
