import { type FragmentOf, graphql, type ResultOf } from './graphql'

export const RunFields = graphql(`
  fragment RunFields on RefreshRun {
    id
    state
    fetched
    total
    added
    updated
    removed
    skipped
    reviewReason
    attempt
    requestedBy
    queuedAt
    startedAt
    finishedAt
    failure {
      code
      message
      retryAt
    }
  }
`)

export const IntegrationFields = graphql(
  `
    fragment IntegrationFields on Integration {
      id
      name
      application
      source
      state
      canImport
      baseUrl
      schedule
      nextRefreshAt
      late
      counts {
        total
        mapped
        unmapped
        removed
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      lastRefresh {
        ...RunFields
      }
      lastSuccess {
        ...RunFields
      }
    }
  `,
  [RunFields],
)

export const OrganizationFields = graphql(`
  fragment OrganizationFields on Organization {
    id
    name
    active
    mappings {
      id
      createdBy
      createdAt
      integration {
        id
      }
      externalOrg {
        id
        name
        removedAt
      }
    }
  }
`)

/** A suggestion as a cell of the grid shows it. */
export const SuggestionFields = graphql(`
  fragment SuggestionFields on Suggestion {
    tier
    bulk
    externalOrg {
      id
      name
      integration {
        id
      }
    }
  }
`)

/** How many organizations are mapped, and how many suggested, in an integration. */
export const MatchingCounts = graphql(`
  fragment MatchingCounts on Integration {
    id
    organizationCounts {
      total
      mapped
      suggested
    }
  }
`)

export const QuotaFields = graphql(`
  fragment QuotaFields on Quota {
    limit
    used
    remaining
    plan
    renewsAt
  }
`)

export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      name
      role
      account {
        id
        name
      }
    }
  }
`)

export const QuotaQuery = graphql(
  `
    query Quota {
      quota {
        ...QuotaFields
      }
    }
  `,
  [QuotaFields],
)

export const IntegrationsQuery = graphql(
  `
    query Integrations {
      integrations {
        ...IntegrationFields
      }
    }
  `,
  [IntegrationFields],
)

export const LimitsQuery = graphql(`
  query Limits {
    viewer {
      account {
        id
        limits {
          integrations {
            used
            limit
          }
          externalOrganizations {
            used
            limit
          }
        }
      }
    }
  }
`)

export const IntegrationCounts = graphql(`
  query IntegrationCounts {
    integrations {
      id
      counts {
        total
        mapped
        unmapped
        removed
      }
      organizationCounts {
        total
        mapped
        suggested
      }
    }
  }
`)

export const CursorQuery = graphql(`
  query Cursor {
    journalCursor
  }
`)

export const AccountChanges = graphql(
  `
    subscription AccountChanges($after: String) {
      accountChanges(after: $after) {
        __typename
        cursor
        at
        by
        ... on OrganizationsChanged {
          organizations {
            ...OrganizationFields
          }
          removedOrganizationIds
          quota {
            ...QuotaFields
          }
        }
        ... on MappingsChanged {
          organizations {
            ...OrganizationFields
          }
          removedOrganizationIds
          quota {
            ...QuotaFields
          }
        }
        ... on IntegrationsChanged {
          integrations {
            ...IntegrationFields
          }
          removedIntegrationIds
          externalOrgs {
            id
            name
            removedAt
          }
        }
        ... on Resync {
          reason
        }
      }
    }
  `,
  [OrganizationFields, QuotaFields, IntegrationFields],
)

export const RefreshProgress = graphql(
  `
    subscription RefreshProgress {
      refreshProgress {
        sequence
        run {
          ...RunFields
          integration {
            id
            state
            nextRefreshAt
            late
          }
        }
      }
    }
  `,
  [RunFields],
)

export const OrganizationPage = graphql(
  `
    query OrganizationPage($offset: Int!, $first: Int!, $search: String, $filter: OrganizationFilter, $suggestedIn: [ID!]) {
      organizations(offset: $offset, first: $first, search: $search, filter: $filter) {
        totalCount
        nodes {
          ...OrganizationFields
          suggestions(integrationIds: $suggestedIn) {
            ...SuggestionFields
          }
        }
      }
    }
  `,
  [OrganizationFields, SuggestionFields],
)

export const RowsById = graphql(
  `
    query RowsById($ids: [ID!]!, $suggestedIn: [ID!]) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...OrganizationFields
          suggestions(integrationIds: $suggestedIn) {
            ...SuggestionFields
          }
        }
      }
    }
  `,
  [OrganizationFields, SuggestionFields],
)

/** The organizations that a search finds. */
export const FoundOrganizations = graphql(`
  query FoundOrganizations($first: Int!, $search: String) {
    organizations(first: $first, search: $search) {
      totalCount
      nodes {
        id
        name
      }
    }
  }
`)

/** The external organizations that are suggested for the organizations that a filter finds. */
export const SuggestedExternals = graphql(`
  query SuggestedExternals($first: Int!, $after: String, $search: String, $filter: OrganizationFilter, $suggestedIn: [ID!]) {
    organizations(first: $first, after: $after, search: $search, filter: $filter) {
      nodes {
        id
        mappings(integrationIds: $suggestedIn) {
          integration {
            id
          }
        }
        suggestions(integrationIds: $suggestedIn) {
          externalOrg {
            id
            integration {
              id
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

/** Why an external organization is suggested. */
export const ExplainSuggestion = graphql(`
  query ExplainSuggestion($id: ID!) {
    node(id: $id) {
      __typename
      ... on ExternalOrg {
        id
        name
        remoteId
        website
        city
        suggestion {
          tier
          score
          margin
          warnings
          organization {
            id
            name
          }
          signals {
            kind
            weight
            left
            right
            explanation
          }
        }
      }
    }
  }
`)

export const PreviewSuggestions = graphql(`
  mutation PreviewSuggestions($ids: [ID!]!) {
    previewSuggestions(input: { externalOrgIds: $ids }) {
      hash
      rows {
        tier
        warnings
        externalOrg {
          id
          name
          integration {
            id
          }
        }
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
      leftOut {
        externalOrg {
          id
          name
          integration {
            id
          }
        }
        reason
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export const AcceptSuggestions = graphql(
  `
    mutation AcceptSuggestions($hash: String!, $ids: [ID!]!) {
      acceptSuggestions(input: { hash: $hash, externalOrgIds: $ids }) {
        organizations {
          ...OrganizationFields
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
  `,
  [OrganizationFields],
)

export const RejectSuggestion = graphql(`
  mutation RejectSuggestion($externalOrgId: ID!, $organizationId: ID!) {
    rejectSuggestion(input: { externalOrgId: $externalOrgId, organizationId: $organizationId }) {
      rejection {
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

export const MatchingChanges = graphql(`
  subscription MatchingChanges($integrationIds: [ID!]) {
    matchingChanges(integrationIds: $integrationIds) {
      integration {
        id
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      organizationIds
      more
      sequence
    }
  }
`)

export const OrganizationNames = graphql(`
  query OrganizationNames($first: Int!, $after: String, $search: String, $filter: OrganizationFilter) {
    organizations(first: $first, after: $after, search: $search, filter: $filter) {
      nodes {
        name
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

export const OrganizationsById = graphql(
  `
    query OrganizationsById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Organization {
          ...OrganizationFields
        }
      }
    }
  `,
  [OrganizationFields],
)

export const ExternalOrgsById = graphql(`
  query ExternalOrgsById($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on ExternalOrg {
        id
        name
        removedAt
        mapping {
          id
          createdBy
          organization {
            id
            name
          }
        }
      }
    }
  }
`)

/** The names that an integration lists, and who they are mapped to. */
export const ExternalNames = graphql(`
  query ExternalNames($integrationId: ID!, $first: Int!, $after: String, $search: String) {
    node(id: $integrationId) {
      __typename
      ... on Integration {
        id
        externalOrgs(first: $first, after: $after, search: $search, filter: { removed: false }) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            name
            mapping {
              id
              createdBy
              organization {
                id
                name
              }
            }
          }
        }
      }
    }
  }
`)

export const FacetCounts = graphql(`
  query FacetCounts($search: String, $filter: OrganizationFilter, $unmapped: OrganizationFilter, $suggested: OrganizationFilter, $needsDecision: OrganizationFilter, $deactivated: OrganizationFilter) {
    all: organizations(first: 1, search: $search, filter: $filter) {
      totalCount
    }
    unmapped: organizations(first: 1, search: $search, filter: $unmapped) {
      totalCount
    }
    suggested: organizations(first: 1, search: $search, filter: $suggested) {
      totalCount
    }
    needsDecision: organizations(first: 1, search: $search, filter: $needsDecision) {
      totalCount
    }
    deactivated: organizations(first: 1, search: $search, filter: $deactivated) {
      totalCount
    }
  }
`)

export const ChoicesById = graphql(`
  query ChoicesById($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on ExternalOrg {
        id
        name
        remoteId
        website
        city
        needsDecisionBecause
        candidates {
          organization {
            id
          }
        }
        suggestion {
          tier
          organization {
            id
            name
          }
        }
        removedAt
        mapping {
          id
          createdBy
          createdAt
          organization {
            id
            name
          }
        }
      }
    }
  }
`)

export const CellChoices = graphql(`
  query CellChoices(
    $integrationId: ID!
    $first: Int!
    $after: String
    $search: String
    $filter: ExternalOrgFilter
  ) {
    node(id: $integrationId) {
      __typename
      ... on Integration {
        id
        externalOrgs(first: $first, after: $after, search: $search, filter: $filter) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            id
            name
            remoteId
            website
            city
            needsDecisionBecause
            candidates {
              organization {
                id
              }
            }
            suggestion {
              tier
              organization {
                id
                name
              }
            }
            removedAt
            mapping {
              id
              createdBy
              createdAt
              organization {
                id
                name
              }
            }
          }
        }
      }
    }
  }
`)

/** How mappings were made, and by which changes. */
export const MappingOrigins = graphql(`
  query MappingOrigins($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Mapping {
        id
        origin
        createdByActor {
          name
          kind
        }
        change {
          id
        }
      }
    }
  }
`)

export const SaveMappings = graphql(
  `
    mutation SaveMappings($cells: [MappingCellInput!]!) {
      saveMappings(input: { cells: $cells }) {
        organizations {
          ...OrganizationFields
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
  `,
  [OrganizationFields],
)

export const CreateOrganization = graphql(
  `
    mutation CreateOrganization($name: String!) {
      createOrganization(input: { name: $name }) {
        organization {
          ...OrganizationFields
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
  [OrganizationFields, QuotaFields],
)

export const UpdateOrganization = graphql(
  `
    mutation UpdateOrganization($id: ID!, $name: String, $active: Boolean) {
      updateOrganization(input: { organizationId: $id, name: $name, active: $active }) {
        organization {
          ...OrganizationFields
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
  [OrganizationFields, QuotaFields],
)

export const DeleteOrganizations = graphql(
  `
    mutation DeleteOrganizations($ids: [ID!]!, $dryRun: Boolean) {
      deleteOrganizations(input: { organizationIds: $ids, dryRun: $dryRun }) {
        change {
          id
        }
        quota {
          ...QuotaFields
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

export const ImportCandidates = graphql(`
  query ImportCandidates($first: Int!, $after: String, $search: String, $integrationIds: [ID!]) {
    importCandidates(first: $first, after: $after, search: $search) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        outcome
        externalOrg {
          id
          name
          remoteId
          integration {
            id
          }
          suggestion {
            organization {
              id
              name
            }
          }
          candidates {
            score
            organization {
              id
              name
            }
          }
        }
        organization {
          id
          name
          active
          mappings(integrationIds: $integrationIds) {
            id
            externalOrg {
              id
              name
            }
            integration {
              id
            }
          }
        }
      }
    }
  }
`)

export const ImportFromITGlue = graphql(
  `
    mutation ImportFromITGlue($ids: [ID!]!) {
      importFromITGlue(input: { externalOrgIds: $ids }) {
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
          replaced {
            id
            name
          }
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

export const Refresh = graphql(
  `
    mutation Refresh($integrationIds: [ID!], $acceptShrink: Boolean, $acceptTotalMismatch: Boolean) {
      refresh(input: { integrationIds: $integrationIds, acceptShrink: $acceptShrink, acceptTotalMismatch: $acceptTotalMismatch }) {
        runs {
          ...RunFields
          integration {
            id
            name
          }
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RunFields],
)

export const CancelRefresh = graphql(
  `
    mutation CancelRefresh($runId: ID!) {
      cancelRefresh(input: { runId: $runId }) {
        run {
          ...RunFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [RunFields],
)

export const RecentRuns = graphql(
  `
    query RecentRuns($first: Int!, $after: String, $integrationId: ID) {
      refreshRuns(first: $first, after: $after, integrationId: $integrationId) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...RunFields
          integration {
            id
          }
        }
      }
    }
  `,
  [RunFields],
)

export const SkippedRows = graphql(`
  query SkippedRows($runId: ID!) {
    node(id: $runId) {
      __typename
      ... on RefreshRun {
        id
        skipped
        skippedRows {
          remoteId
          name
          message
        }
      }
    }
  }
`)

/** What a run changed by name, or would change. */
export const RunChanges = graphql(`
  query RunChanges($runId: ID!) {
    node(id: $runId) {
      __typename
      ... on RefreshRun {
        id
        changes {
          added
          renamed
          returned
          removed
          removedMapped
          first {
            kind
            name
            previousName
            mapped
          }
        }
      }
    }
  }
`)

export const Applications = graphql(`
  query Applications {
    applications {
      application
      name
      canImport
      regions {
        name
        baseUrl
      }
      credentialFields {
        name
        label
        secret
        required
        help
      }
    }
  }
`)

export const ConnectIntegration = graphql(
  `
    mutation ConnectIntegration($input: ConnectIntegrationInput!) {
      connectIntegration(input: $input) {
        integrations {
          ...IntegrationFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [IntegrationFields],
)

export const UpdateIntegration = graphql(
  `
    mutation UpdateIntegration($input: UpdateIntegrationInput!) {
      updateIntegration(input: $input) {
        integration {
          ...IntegrationFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [IntegrationFields],
)

export const DisconnectIntegration = graphql(`
  mutation DisconnectIntegration($id: ID!, $confirmName: String!, $forget: Boolean) {
    disconnectIntegration(input: { integrationId: $id, confirmName: $confirmName, forget: $forget }) {
      integrationId
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export type Organization = FragmentOf<typeof OrganizationFields>
/** An organization with the suggestions for its cells. */
export type GridRow = ResultOf<typeof OrganizationPage>['organizations']['nodes'][number]
export type Suggestion = GridRow['suggestions'][number]
export type Tier = Suggestion['tier']
export type Explanation = Extract<ResultOf<typeof ExplainSuggestion>['node'], { __typename: 'ExternalOrg' }>
export type SuggestionPreview = ResultOf<typeof PreviewSuggestions>['previewSuggestions']
export type MatchingChange = ResultOf<typeof MatchingChanges>['matchingChanges']
export type Mapping = Organization['mappings'][number]
export type Integration = FragmentOf<typeof IntegrationFields>
export type Run = FragmentOf<typeof RunFields>
export type Quota = FragmentOf<typeof QuotaFields>
export type Viewer = ResultOf<typeof ViewerQuery>['viewer']
export type Change = ResultOf<typeof AccountChanges>['accountChanges']
export type ApplicationInfo = ResultOf<typeof Applications>['applications'][number]
export type ImportCandidate = ResultOf<typeof ImportCandidates>['importCandidates']['nodes'][number]
export type ImportResult = ResultOf<typeof ImportFromITGlue>['importFromITGlue']['results'][number]
