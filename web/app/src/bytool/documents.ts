import { graphql, type ResultOf, type VariablesOf } from '../api/graphql'

/** An external organization as a row shows it. */
const LensFields = graphql(`
  fragment LensFields on ExternalOrg {
    id
    name
    remoteId
    url
    website
    city
    addedAt
    integration {
      id
    }
    matchState
    needsDecisionBecause
    suggestion {
      tier
      bulk
      warnings
      organization {
        id
        name
      }
      signals {
        kind
        weight
        explanation
      }
    }
    candidates {
      organization {
        id
        name
      }
      score
      signals {
        kind
        weight
        explanation
      }
    }
    mapping {
      id
      createdBy
      createdAt
      organization {
        id
        name
      }
    }
    exclusion {
      reason
      note
      at
      until
      renamed
      actor {
        name
      }
    }
  }
`)

export const LensPage = graphql(
  `
    query LensPage($first: Int!, $after: String, $search: String, $filter: ExternalOrgLensFilter, $orderBy: ExternalOrgOrder) {
      externalOrgs(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...LensFields
        }
      }
    }
  `,
  [LensFields],
)

/** What a selection needs of each row, and the order of the list. */
export const LensKeys = graphql(`
  query LensKeys($first: Int!, $after: String, $search: String, $filter: ExternalOrgLensFilter, $orderBy: ExternalOrgOrder) {
    externalOrgs(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        matchState
      }
    }
  }
`)

export const LensRows = graphql(
  `
    query LensRows($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on ExternalOrg {
          ...LensFields
        }
      }
    }
  `,
  [LensFields],
)

export const LensCounts = graphql(`
  query LensCounts {
    integrations {
      id
      matchCounts {
        mapped
        suggested
        needsDecision
        conflict
        excluded
        removed
      }
    }
  }
`)

/** Organizations to map an external organization of an integration to. */
export const OrganizationChoices = graphql(`
  query OrganizationChoices($first: Int!, $search: String, $integrationId: ID!) {
    organizations(first: $first, search: $search) {
      totalCount
      nodes {
        id
        name
        mappings(integrationIds: [$integrationId]) {
          id
          externalOrg {
            id
            name
          }
        }
      }
    }
  }
`)

/** What organizations contain in an integration. */
export const MappedIn = graphql(`
  query MappedIn($ids: [ID!]!, $integrationId: ID!) {
    nodes(ids: $ids) {
      __typename
      ... on Organization {
        id
        mappings(integrationIds: [$integrationId]) {
          id
          externalOrg {
            id
            name
          }
        }
      }
    }
  }
`)

export const CreateOrganizationsFrom = graphql(`
  mutation CreateOrganizationsFrom($ids: [ID!]!, $despiteSimilar: [ID!], $dryRun: Boolean) {
    createOrganizationsFrom(input: { externalOrgIds: $ids, createDespiteSimilar: $despiteSimilar, dryRun: $dryRun }) {
      results {
        outcome
        externalOrg {
          id
          name
        }
        organization {
          id
          name
        }
      }
      quota {
        limit
        used
        remaining
        plan
        renewsAt
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export const ExcludeExternalOrgs = graphql(`
  mutation ExcludeExternalOrgs($ids: [ID!]!, $reason: ExclusionReason!, $note: String, $until: Time) {
    excludeExternalOrgs(input: { externalOrgIds: $ids, reason: $reason, note: $note, until: $until }) {
      externalOrgs {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export const IncludeExternalOrgs = graphql(`
  mutation IncludeExternalOrgs($ids: [ID!]!) {
    includeExternalOrgs(input: { externalOrgIds: $ids }) {
      externalOrgs {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export type LensRow = ResultOf<typeof LensPage>['externalOrgs']['nodes'][number]
export type LensFilter = VariablesOf<typeof LensPage>['filter']
export type LensOrder = VariablesOf<typeof LensPage>['orderBy']
export type MatchState = LensRow['matchState']
export type Candidate = LensRow['candidates'][number]
export type ExclusionReason = NonNullable<LensRow['exclusion']>['reason']
export type MatchCounts = ResultOf<typeof LensCounts>['integrations'][number]['matchCounts']
export type CreateResult = ResultOf<typeof CreateOrganizationsFrom>['createOrganizationsFrom']['results'][number]
