/** An operation to begin with. */
export interface Example {
  title: string
  query: string
  variables?: string
}

export const examples: readonly Example[] = [
  {
    title: 'Who am I',
    query: `# Who is asking, and how much room the plan has.
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
    query: `# A page of the grid: organizations, and what they are mapped to.
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
    query: `# Every column, how it is, and its first unmapped external organizations.
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
    query: `# It takes a place of the plan. Expected failures come back as userErrors.
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
    title: 'What an import would do',
    query: `# Nothing is done: each candidate comes with what an import of all would make of it.
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
    query: `# Runs that are there already are joined. Watch them with the next example.
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
    title: 'Watch refreshes',
    query: `# A subscription over a websocket. It begins with where each run stands now.
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
    title: 'Watch every change of the account',
    query: `# Each committed change, in order, once. Give its cursor as "after" to go on where you left off.
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
    title: 'The last runs',
    query: `# The newest first, with what went wrong.
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
