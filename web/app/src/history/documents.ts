import { type FragmentOf, graphql, type ResultOf, type VariablesOf } from '../api/graphql'

/** A change as the timeline shows it, with the changes that undid it, redid it, and so on. */
export const ChangeFields = graphql(`
  fragment ChangeFields on Change {
    id
    at
    action
    summary
    editCount
    revertedCount
    incomplete
    actor {
      id
      name
      kind
    }
    undoes {
      id
    }
    undoneBy {
      id
      at
      editCount
      actor {
        name
      }
      undoneBy {
        id
        at
        editCount
        actor {
          name
        }
        undoneBy {
          id
          at
          editCount
          actor {
            name
          }
        }
      }
    }
  }
`)

export const ChangesPage = graphql(
  `
    query ChangesPage($first: Int!, $after: String, $filter: ChangeFilter, $counted: Boolean!) {
      changes(first: $first, after: $after, filter: $filter) {
        totalCount @include(if: $counted)
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...ChangeFields
        }
      }
    }
  `,
  [ChangeFields],
)

export const ChangesById = graphql(
  `
    query ChangesById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Change {
          ...ChangeFields
        }
      }
    }
  `,
  [ChangeFields],
)

/** Whether changes can be undone, without what would be skipped. */
export const Undoable = graphql(`
  query Undoable($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Change {
        id
        undo {
          possible
        }
      }
    }
  }
`)

const MappingEditFields = graphql(`
  fragment MappingEditFields on MappingEdit {
    integrationName
    externalName
    beforeName
    afterName
    integration {
      id
      name
    }
    externalOrg {
      id
      name
    }
    before {
      id
      name
    }
    after {
      id
      name
    }
  }
`)

const OrganizationEditFields = graphql(`
  fragment OrganizationEditFields on OrganizationEdit {
    kind
    name
    previousName: beforeName
    organization {
      id
      name
    }
  }
`)

const IntegrationEditFields = graphql(`
  fragment IntegrationEditFields on IntegrationEdit {
    name
    what
    added
    updated
    removed
    integration {
      id
      name
    }
  }
`)

const DecisionEditFields = graphql(`
  fragment DecisionEditFields on DecisionEdit {
    externalName
    what
    externalOrg {
      id
      name
    }
  }
`)

const FieldEditFields = graphql(`
  fragment FieldEditFields on FieldEdit {
    subjectName
    field
    valueBefore: before
    valueAfter: after
  }
`)

export const ChangeEdits = graphql(
  `
    query ChangeEdits($id: ID!, $first: Int!, $after: String) {
      node(id: $id) {
        __typename
        ... on Change {
          id
          edits(first: $first, after: $after) {
            totalCount
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              __typename
              ...MappingEditFields
              ...OrganizationEditFields
              ...IntegrationEditFields
              ...DecisionEditFields
              ...FieldEditFields
            }
          }
        }
      }
    }
  `,
  [MappingEditFields, OrganizationEditFields, IntegrationEditFields, DecisionEditFields, FieldEditFields],
)

const PreviewFields = graphql(
  `
    fragment PreviewFields on UndoPreview {
      possible
      cursor
      reverts
      skippedCount
      skipped {
        reason
        now
        because {
          id
          at
          actor {
            name
          }
        }
        edit {
          __typename
          ...MappingEditFields
          ...OrganizationEditFields
          ...IntegrationEditFields
          ...DecisionEditFields
          ...FieldEditFields
        }
      }
    }
  `,
  [MappingEditFields, OrganizationEditFields, IntegrationEditFields, DecisionEditFields, FieldEditFields],
)

export const UndoPreviewOf = graphql(
  `
    query UndoPreviewOf($id: ID!) {
      node(id: $id) {
        __typename
        ... on Change {
          id
          undo {
            ...PreviewFields
          }
        }
      }
    }
  `,
  [PreviewFields],
)

export const UndoChange = graphql(
  `
    mutation UndoChange($id: ID!, $cursor: String!) {
      undoChange(input: { changeId: $id, previewCursor: $cursor }) {
        change {
          id
        }
        reverted
        preview {
          ...PreviewFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [PreviewFields],
)

/** The edits of changes as a file has them: with the names of that time only. */
export const ExportedEdits = graphql(`
  query ExportedEdits($ids: [ID!]!, $first: Int!, $after: String) {
    nodes(ids: $ids) {
      __typename
      ... on Change {
        id
        edits(first: $first, after: $after) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            __typename
            ... on MappingEdit {
              integrationName
              externalName
              beforeName
              afterName
            }
            ... on OrganizationEdit {
              kind
              name
              previousName: beforeName
            }
            ... on IntegrationEdit {
              name
              what
              added
              updated
              removed
            }
            ... on DecisionEdit {
              externalName
              what
            }
            ... on FieldEdit {
              subjectName
              field
              valueBefore: before
              valueAfter: after
            }
          }
        }
      }
    }
  }
`)

/** How far history reaches back, and why. */
export const HistoryReach = graphql(`
  query HistoryReach {
    viewer {
      account {
        id
        historyBegins
        historyRetention
      }
    }
  }
`)

/** The names of what a filter refers to. */
export const SubjectNames = graphql(`
  query SubjectNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Organization {
        id
        name
      }
      ... on ExternalOrg {
        id
        name
        integration {
          id
          name
        }
      }
    }
  }
`)

export type Change = FragmentOf<typeof ChangeFields>
export type Action = Change['action']
export type Edit = Extract<NonNullable<ResultOf<typeof ChangeEdits>['node']>, { __typename: 'Change' }>['edits']['nodes'][number]
export type UndoPreview = FragmentOf<typeof PreviewFields>
export type SkippedEdit = UndoPreview['skipped'][number]
export type SkipReason = SkippedEdit['reason']
export type ChangeFilter = NonNullable<VariablesOf<typeof ChangesPage>['filter']>
export type ExportedEdit = Extract<NonNullable<ResultOf<typeof ExportedEdits>['nodes'][number]>, { __typename: 'Change' }>['edits']['nodes'][number]
