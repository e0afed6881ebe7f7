// The part of Orgmap's contract that the bench asks for. Ids are plain UUIDs: encoding them is spared.
export const typeDefs = /* GraphQL */ `
  type Query {
    organizations(first: Int = 50, after: String, offset: Int, search: String): OrganizationConnection!
    node(id: ID!): Node
  }
  interface Node { id: ID! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type OrganizationConnection { edges: [OrganizationEdge!]! pageInfo: PageInfo! totalCount: Int! }
  type OrganizationEdge { cursor: String! node: Organization! }
  type Organization implements Node { id: ID! name: String! mappings: [Mapping!]! }
  type Mapping implements Node { id: ID! organization: Organization! integration: Integration! externalOrg: ExternalOrg! }
  type Integration implements Node { id: ID! name: String! externalOrgs(first: Int = 50, search: String): ExternalOrgConnection! }
  type ExternalOrgConnection { nodes: [ExternalOrg!]! pageInfo: PageInfo! totalCount: Int! }
  type ExternalOrg implements Node { id: ID! name: String! mapping: Mapping }
`
