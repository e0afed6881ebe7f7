import { graphql, type ResultOf } from '../api/graphql'

/** A page of the organizations as they were at a moment, or after the change at a cursor. */
export const SnapshotPage = graphql(`
  query SnapshotPage($at: Time, $cursor: String, $first: Int!, $after: String, $search: String) {
    snapshot(at: $at, cursor: $cursor) {
      cursor
      organizations(first: $first, after: $after, search: $search) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          name
          active
          mappings {
            externalOrgId
            externalName
            remoteId
            integrationId
            integrationName
          }
        }
      }
    }
  }
`)

/** Where external organizations are mapped today, and by which change. */
export const MappedToday = graphql(`
  query MappedToday($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on ExternalOrg {
        id
        name
        mapping {
          id
          organization {
            id
            name
          }
          change {
            id
            at
            actor {
              name
            }
          }
        }
      }
    }
  }
`)

/** The newest change that a filter finds. */
export const NewestChange = graphql(`
  query NewestChange($filter: ChangeFilter!) {
    changes(first: 1, filter: $filter) {
      nodes {
        id
        at
        actor {
          name
        }
      }
    }
  }
`)

/** An organization as it was. */
export type Past = ResultOf<typeof SnapshotPage>['snapshot']['organizations']['nodes'][number]
export type PastMapping = Past['mappings'][number]
export type ShownChange = ResultOf<typeof NewestChange>['changes']['nodes'][number]
