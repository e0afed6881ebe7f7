import{X as e}from"./client-D4qO3wIF.js";var t=e(`
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
`),n=e(`
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
  `,[t]),r=e(`
    query ChangesById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Change {
          ...ChangeFields
        }
      }
    }
  `,[t]),i=e(`
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
`),a=e(`
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
`),o=e(`
  fragment OrganizationEditFields on OrganizationEdit {
    kind
    name
    previousName: beforeName
    organization {
      id
      name
    }
  }
`),s=e(`
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
`),c=e(`
  fragment DecisionEditFields on DecisionEdit {
    externalName
    what
    externalOrg {
      id
      name
    }
  }
`),l=e(`
  fragment FieldEditFields on FieldEdit {
    subjectName
    field
    valueBefore: before
    valueAfter: after
  }
`),u=e(`
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
  `,[a,o,s,c,l]),d=e(`
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
  `,[a,o,s,c,l]),f=e(`
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
  `,[d]),p=e(`
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
  `,[d]),m=e(`
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
`),h=e(`
  query HistoryReach {
    viewer {
      account {
        id
        historyBegins
        historyRetention
      }
    }
  }
`),g=e(`
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
`);export{h as a,f as c,m as i,i as l,r as n,g as o,n as r,p as s,u as t};