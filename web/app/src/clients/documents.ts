import { type FragmentOf, graphql, type ResultOf, type VariablesOf } from '../api/graphql'
import { QuotaFields } from '../api/documents'

export const GroupFields = graphql(`
  fragment GroupFields on OrganizationGroup {
    id
    name
    color
    archived
  }
`)

export const PersonFields = graphql(`
  fragment PersonFields on Person {
    id
    name
    blocked
  }
`)

/** An organization as the list shows it. */
export const RowFields = graphql(
  `
    fragment RowFields on Organization {
      id
      name
      active
      engineer {
        ...PersonFields
      }
      vcio {
        ...PersonFields
      }
      groups {
        ...GroupFields
      }
      mappings {
        id
        integration {
          id
        }
      }
      suggestions {
        externalOrg {
          id
          integration {
            id
          }
        }
      }
    }
  `,
  [PersonFields, GroupFields],
)

export const RowsPage = graphql(
  `
    query RowsPage($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $orderBy: OrganizationOrder) {
      organizations(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...RowFields
        }
      }
    }
  `,
  [RowFields],
)

/** The IDs of a list, for a selection. */
export const RowKeys = graphql(`
  query RowKeys($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $orderBy: OrganizationOrder) {
    organizations(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        active
      }
    }
  }
`)

export const RowsOf = graphql(
  `
    query RowsOf($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...RowFields
        }
      }
    }
  `,
  [RowFields],
)

/** How many organizations are active and deactivated. */
export const StatusCounts = graphql(`
  query StatusCounts {
    active: organizations(first: 1) {
      totalCount
    }
    deactivated: organizations(first: 1, filter: { active: false }) {
      totalCount
    }
  }
`)

export const GroupsQuery = graphql(
  `
    query Groups {
      groups(archived: null) {
        ...GroupFields
        organizationCount
      }
    }
  `,
  [GroupFields],
)

export const PeopleSearch = graphql(
  `
    query PeopleSearch($first: Int!, $search: String) {
      people(first: $first, search: $search) {
        totalCount
        nodes {
          ...PersonFields
        }
      }
    }
  `,
  [PersonFields],
)

export const PeopleNames = graphql(`
  query PeopleNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Person {
        id
        name
      }
    }
  }
`)

export const AssignPeople = graphql(
  `
    mutation AssignPeople($input: AssignPeopleInput!) {
      assignPeople(input: $input) {
        organizations {
          id
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
)

export const SetGroupMembers = graphql(`
  mutation SetGroupMembers($groupId: ID!, $add: [ID!], $remove: [ID!]) {
    setGroupMembers(input: { groupId: $groupId, addOrganizationIds: $add, removeOrganizationIds: $remove }) {
      organizations {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`)

export const SaveGroup = graphql(
  `
    mutation SaveGroup($input: SaveGroupInput!) {
      saveGroup(input: $input) {
        group {
          ...GroupFields
          organizationCount
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [GroupFields],
)

export const UpdateOrganizations = graphql(
  `
    mutation UpdateOrganizations($ids: [ID!]!, $active: Boolean, $note: String) {
      updateOrganizations(input: { organizationIds: $ids, active: $active, note: $note }) {
        organizations {
          id
          active
          note
        }
        quota {
          ...QuotaFields
        }
        change {
          id
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [QuotaFields],
)

/** What deleting organizations would do: each error names one that is kept. */
export const DeletePreview = graphql(`
  mutation DeletePreview($ids: [ID!]!) {
    deleteOrganizations(input: { organizationIds: $ids, dryRun: true }) {
      userErrors {
        code
        message
        path
      }
    }
  }
`)

/** Everything about an organization. */
export const OrganizationDetail = graphql(
  `
    query OrganizationDetail($id: ID!) {
      node(id: $id) {
        __typename
        ... on Organization {
          ...RowFields
          createdAt
          note
          noteChange {
            id
            at
            actor {
              name
            }
          }
          aliases {
            id
            name
          }
          details: mappings {
            id
            origin
            createdAt
            createdByActor {
              name
              kind
            }
            change {
              id
            }
            integration {
              id
            }
            externalOrg {
              id
              name
              remoteId
              url
              city
              website
              removedAt
            }
          }
          proposed: suggestions {
            tier
            externalOrg {
              id
              name
              integration {
                id
              }
            }
          }
          history(first: 8) {
            totalCount
            nodes {
              id
              at
              summary
              actor {
                name
              }
            }
          }
        }
      }
    }
  `,
  [RowFields],
)

export type Group = FragmentOf<typeof GroupFields>
export type CountedGroup = ResultOf<typeof GroupsQuery>['groups'][number]
export type Person = FragmentOf<typeof PersonFields>
export type Row = FragmentOf<typeof RowFields>
export type Key = Pick<Row, 'id' | 'active'>
export type Filter = VariablesOf<typeof RowsPage>['filter']
export type OrderBy = VariablesOf<typeof RowsPage>['orderBy']
export type Detail = Extract<NonNullable<ResultOf<typeof OrganizationDetail>['node']>, { __typename: 'Organization' }>
