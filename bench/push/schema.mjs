// What both peers serve: the part of Orgmap's schema that an event with an organization needs.
export const typeDefs = /* GraphQL */ `
  type Query { ok: Boolean }
  type Organization { id: ID! name: String! active: Boolean! }
  type Change { cursor: String! at: String! organizations: [Organization!]! }
  type Subscription { accountChanges: Change! }
`;

export const [host, port] = process.env.LISTEN.split(":");
export const redisURL = process.env.REDIS_URL;
