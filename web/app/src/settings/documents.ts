import { QuotaFields } from '../api/documents'
import { type FragmentOf, graphql, type ResultOf } from '../api/graphql'

export const PersonFields = graphql(`
  fragment PersonFields on Person {
    id
    name
    email
    role
    assignedRole
    signedInAt
    blocked
    engineerCount
    vcioCount
  }
`)

export const PeoplePage = graphql(
  `
    query PeoplePage($first: Int!, $after: String, $search: String) {
      viewer {
        person {
          id
        }
      }
      people(first: $first, after: $after, search: $search) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...PersonFields
        }
      }
    }
  `,
  [PersonFields],
)

export const SavePerson = graphql(
  `
    mutation SavePerson($input: SavePersonInput!) {
      savePerson(input: $input) {
        person {
          ...PersonFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [PersonFields],
)

export const BlockPerson = graphql(
  `
    mutation BlockPerson($id: ID!) {
      blockPerson(input: { personId: $id }) {
        person {
          ...PersonFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [PersonFields],
)

export const UnblockPerson = graphql(
  `
    mutation UnblockPerson($id: ID!) {
      unblockPerson(input: { personId: $id }) {
        person {
          ...PersonFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [PersonFields],
)

export const TokenFields = graphql(`
  fragment TokenFields on ApiToken {
    id
    name
    role
    createdAt
    createdBy {
      name
    }
    expiresAt
    lastUsedAt
    revokedAt
  }
`)

export const Tokens = graphql(
  `
    query Tokens {
      apiTokens {
        ...TokenFields
      }
    }
  `,
  [TokenFields],
)

export const CreateToken = graphql(`
  mutation CreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      secret
      token {
        id
        name
        role
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export const RevokeToken = graphql(
  `
    mutation RevokeToken($id: ID!) {
      revokeApiToken(input: { tokenId: $id }) {
        token {
          ...TokenFields
        }
        userErrors {
          code
          message
          path
        }
      }
    }
  `,
  [TokenFields],
)

export const AccountSettings = graphql(
  `
    query AccountSettings {
      viewer {
        account {
          id
          name
          timeZone
          historyBegins
          historyRetention
          quota {
            ...QuotaFields
          }
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
  `,
  [QuotaFields],
)

export const UpdateAccount = graphql(`
  mutation UpdateAccount($input: UpdateAccountInput!) {
    updateAccount(input: $input) {
      account {
        id
        name
        timeZone
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`)

export type Person = FragmentOf<typeof PersonFields>
export type Token = FragmentOf<typeof TokenFields>
export type Account = ResultOf<typeof AccountSettings>['viewer']['account']
export type CreatedToken = NonNullable<ResultOf<typeof CreateToken>['createApiToken']['token']>
