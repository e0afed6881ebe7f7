/** An operation to begin with. */
export interface Example {
  title: string
  query: string
  variables?: string
}

export const examples: readonly Example[] = [
  {
    title: 'Who am I',
    query: `# The authenticated user or token, and the plan’s limit.
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
    title: 'Organizations and their mappings',
    query: `# A page of the grid: organizations and their mappings.
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
    title: 'Integrations and what is left to map',
    query: `# Every integration, its state, and its first unmapped external organizations.
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
    title: 'Create an organization',
    query: `# Uses 1 organization of your plan. Expected failures come back as userErrors.
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
    variables: '{\n  "name": "An example from the explorer"\n}',
  },
  {
    title: 'Preview an import',
    query: `# Changes nothing: each candidate comes with what importing it would do.
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
    title: 'Refresh everything',
    query: `# Joins refreshes that are already running. Watch them with the next example.
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
    title: 'Subscribe to refreshes',
    query: `# A subscription over a websocket. It starts with the current state of each run.
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
    title: 'Subscribe to account changes',
    query: `# Every committed change, in order, once. Pass its cursor as "after" to resume where you left off.
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
    title: 'Recent refreshes',
    query: `# Newest first, with what went wrong.
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
