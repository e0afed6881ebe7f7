// Drives the official graphql-sse client, and a parser as browsers have one, and prints one JSON line for each.
import { createClient } from 'graphql-sse';
import { check, run, ticks } from './run.mjs';

const [url] = process.argv.slice(2);
const client = createClient({ url, retryAttempts: 0 });
check('a query', await run(client, '{ me }'), ['{"me":"me"}', 'complete']);
check('a subscription', await run(client, 'subscription { tick(n: 3) }'), [...ticks(3), 'complete']);
check('a validation error', await run(client, '{ nofield }'), ['["Cannot query field \\"nofield\\" on type \\"Query\\"."]', 'complete']);
check('an operation right after an invalid one', await run(client, 'subscription { tick(n: 1) }'), [...ticks(1), 'complete']);
check('a resolver that refuses', await run(client, 'subscription { failAtOnce }'), ['["cannot subscribe"]', 'complete']);
const disposed = await run(client, 'subscription { tick(n: 100000, every: 1) }', { stopAfter: 2 });
check('dispose', [disposed[0], disposed.at(-1), disposed.length < 1000], [...ticks(1), 'complete', true]); // what has arrived already may still be told
check('three at once', await Promise.all([1, 2, 3].map(() => run(client, 'subscription { tick(n: 3) }'))), [1, 2, 3].map(() => [...ticks(3), 'complete']));
const patient = createClient({ url, retryAttempts: 5, retry: async () => {} });
check('the connection breaks in the middle: reconnects, and starts again', await run(patient, 'subscription { breaks }').then((events) => events.slice(-3)), ['{"breaks":1}', '{"breaks":2}', 'complete']);

// What EventSource makes of a stream, by the rules of the HTML standard: an event without a data line is never fired.
const response = await fetch(`${url}?query=${encodeURIComponent('subscription { tick(n: 1) }')}`, { headers: { accept: 'text/event-stream' } });
const fired = (await response.text()).split('\n\n').map((block) => block.split('\n').filter((line) => line && !line.startsWith(':')))
  .filter((lines) => lines.some((line) => line.startsWith('data')))
  .map((lines) => lines.map((line) => line.trim()).join(' '));
check('EventSource', fired, ['event: next data: {"data":{"tick":0}}', 'event: complete data:']);
process.exit(0);
