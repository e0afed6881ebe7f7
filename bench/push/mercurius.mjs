// Mercurius as its documentation has it: its own websocket, and its emitter over Redis.
import Fastify from "fastify";
import mercurius from "mercurius";
import mqRedis from "mqemitter-redis";
import { host, port, redisURL, typeDefs } from "./schema.mjs";

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: { ok: () => true },
    Subscription: { accountChanges: { subscribe: (root, args, { pubsub }) => pubsub.subscribe("push") } },
  },
  jit: 1,
  subscription: { emitter: mqRedis({ connectionString: redisURL }) },
});
await app.listen({ host, port, backlog: 4096 });
