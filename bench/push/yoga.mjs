// GraphQL Yoga as its documentation has it: graphql-ws, and its pub/sub over Redis.
import { createServer } from "node:http";
import { createRedisEventTarget } from "@graphql-yoga/redis-event-target";
import { useServer } from "graphql-ws/use/ws";
import { createPubSub, createSchema, createYoga } from "graphql-yoga";
import { Redis } from "ioredis";
import { WebSocketServer } from "ws";
import { host, port, redisURL, typeDefs } from "./schema.mjs";

const pubSub = createPubSub({
  eventTarget: createRedisEventTarget({ publishClient: new Redis(redisURL), subscribeClient: new Redis(redisURL, { enableReadyCheck: false }) }),
});
const yoga = createYoga({
  logging: "error",
  schema: createSchema({
    typeDefs,
    resolvers: { Subscription: { accountChanges: { subscribe: () => pubSub.subscribe("push"), resolve: (event) => event } } },
  }),
});
const server = createServer(yoga);
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (context, id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
server.listen({ host, port, backlog: 4096 });
