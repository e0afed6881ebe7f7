// Drives the official graphql-ws client through what pages do, and prints one JSON line for each.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { check, run, ticks } from './run.mjs';

const [url] = process.argv.slice(2);
const client = createClient({
  url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, keepAlive: 1000, retryAttempts: 5, retryWait: async () => {}, shouldRetry: () => true,
  connectionParams: { authorization: 'Bearer good' },
});

check('a query', await run(client, '{ me }'), ['{"me":"me"}', 'complete']);
check('a mutation', await run(client, 'mutation { bump }'), ['{"bump":1}', 'complete']);
check('a subscription', await run(client, 'subscription { tick(n: 3) }'), [...ticks(3), 'complete']);
const disposed = await run(client, 'subscription { tick(n: 100000, every: 1) }', { stopAfter: 2 });
check('dispose', [disposed[0], disposed.at(-1), disposed.length < 1000], [...ticks(1), 'complete', true]); // what has arrived already may still be told
check('a validation error', await run(client, '{ nofield }'), ['error Cannot query field "nofield" on type "Query".']);
check('a failure later on', await run(client, 'subscription { failLater }'), ['{"failLater":0}', 'error the source broke']);
for (let i = 1; i <= 10; i++) {
  await run(client, '{ nofield }');
  check(`right after an invalid operation, ${i}`, await run(client, 'subscription { tick(n: 1) }'), [...ticks(1), 'complete']);
}
check('three at once', await Promise.all([1, 2, 3].map(() => run(client, 'subscription { tick(n: 3) }'))), [1, 2, 3].map(() => [...ticks(3), 'complete']));
check('the connection breaks in the middle: reconnects, and starts again', await run(client, 'subscription { breaks }').then((events) => events.slice(-3)), ['{"breaks":1}', '{"breaks":2}', 'complete']);
const stranger = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: 'bad' } });
check('a bad token', await run(stranger, '{ me }'), ['error 4403 Forbidden']);
process.exit(0);
