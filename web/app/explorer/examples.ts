import { explorer } from '../src/words/explorer'

const { example } = explorer

/** An operation to begin with. */
export interface Example {
  title: string
  query: string
  variables?: string
}

export const examples: readonly Example[] = [
  {
    title: example.whoAmI.title,
    query: `# ${example.whoAmI.comment}
query WhoAmI {
  viewer {
    name
    role
    account {
      name
      quota {
        plan
        limit
        used
        remaining
      }
    }
  }
}
`,
  },
  {
    title: example.organizations.title,
    query: `# ${example.organizations.comment}
query Organizations($search: String) {
  organizations(first: 20, search: $search) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      id
      name
      mappings {
        integration {
          name
        }
        externalOrg {
          name
          remoteId
          removedAt
        }
      }
    }
  }
}
`,
    variables: '{\n  "search": ""\n}',
  },
  {
    title: example.integrations.title,
    query: `# ${example.integrations.comment}
query Integrations {
  integrations {
    id
    name
    state
    counts {
      total
      mapped
      unmapped
    }
    lastRefresh {
      state
      finishedAt
      failure {
        message
      }
    }
    externalOrgs(first: 5, filter: { mapped: false }) {
      nodes {
        id
        name
      }
    }
  }
}
`,
  },
  {
    title: example.create.title,
    query: `# ${example.create.comment}
mutation Create($name: String!) {
  createOrganization(input: { name: $name }) {
    organization {
      id
      name
    }
    quota {
      remaining
    }
    userErrors {
      code
      message
    }
  }
}
`,
    variables: JSON.stringify({ name: example.create.name }, null, 2),
  },
  {
    title: example.preview.title,
    query: `# ${example.preview.comment}
query Candidates {
  importCandidates(first: 20) {
    totalCount
    nodes {
      outcome
      externalOrg {
        id
        name
      }
      organization {
        name
      }
    }
  }
}
`,
  },
  {
    title: example.refresh.title,
    query: `# ${example.refresh.comment}
mutation RefreshAll {
  refresh {
    runs {
      id
      state
      integration {
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
  },
  {
    title: example.watchRefreshes.title,
    query: `# ${example.watchRefreshes.comment}
subscription WatchRefreshes {
  refreshProgress {
    sequence
    run {
      integration {
        name
      }
      state
      fetched
      total
      failure {
        message
      }
    }
  }
}
`,
  },
  {
    title: example.watchChanges.title,
    query: `# ${example.watchChanges.comment}
subscription WatchChanges($after: String) {
  accountChanges(after: $after) {
    __typename
    cursor
    at
    by
    ... on OrganizationsChanged {
      organizations {
        name
        active
      }
    }
    ... on MappingsChanged {
      organizations {
        name
      }
    }
    ... on IntegrationsChanged {
      integrations {
        name
        state
      }
      removedIntegrationIds
    }
    ... on Resync {
      reason
    }
  }
}
`,
  },
  {
    title: example.recent.title,
    query: `# ${example.recent.comment}
query Runs {
  refreshRuns(first: 10) {
    nodes {
      integration {
        name
      }
      state
      fetched
      added
      updated
      removed
      attempt
      requestedBy
      startedAt
      finishedAt
      failure {
        code
        message
      }
    }
  }
}
`,
  },
]
