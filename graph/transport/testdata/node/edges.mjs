// Plays the cases in which servers of graphql-transport-ws commonly differ from its specification, with a client that knows
// nothing of it, and prints one JSON line for each. The server is expected to give up on a missing initialisation and to
// ping within half a second.
import WebSocket from 'ws';

const [url] = process.argv.slice(2);
const deadline = 5000; // ms for a state to come about

class Socket {
  constructor(protocols) {
    this.got = [];
    this.closed = null;
    this.waiting = [];
    this.ws = new WebSocket(url, protocols);
    this.ws.on('message', (text) => {
      const message = JSON.parse(text.toString());
      if (message.type !== 'ping') this.got.push(message);
      else this.pings = (this.pings ?? 0) + 1;
      this.wake();
    });
    this.ws.on('close', (code, reason) => { this.closed = { code, reason: reason.toString() }; this.wake(); });
    this.ws.on('error', (error) => { this.closed ??= { code: 0, reason: error.message }; this.wake(); });
    this.ws.on('open', () => { this.opened = true; this.wake(); });
  }
  wake() { for (const look of this.waiting) look(); }
  until(what, condition) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come about; got ${JSON.stringify(this.got)}, closed ${JSON.stringify(this.closed)}`)), deadline);
      const look = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.waiting = this.waiting.filter((other) => other !== look);
        resolve();
      };
      this.waiting.push(look);
      look();
    });
  }
  send(message) { this.ws.send(typeof message === 'string' ? message : JSON.stringify(message)); }
  async init() { this.send({ type: 'connection_init' }); await this.until('the acknowledgement', () => this.has('connection_ack')); }
  subscribe(id, query = 'subscription { silent }') { this.send({ id, type: 'subscribe', payload: { query } }); }
  has(type, id) { return this.count(type, id) > 0; }
  count(type, id) { return this.got.filter((m) => m.type === type && (id === undefined || m.id === id)).length; }
  // What the server had to say before it read this has arrived when the answer has.
  async fence() {
    const fence = { fence: Math.random() };
    this.send({ type: 'ping', payload: fence });
    await this.until('the answer to a ping', () => this.got.some((m) => m.type === 'pong' && m.payload?.fence === fence.fence));
    this.got = this.got.filter((m) => m.type !== 'pong' || m.payload?.fence !== fence.fence);
  }
  async closes(code) {
    await this.until(`closing with ${code}`, () => this.closed);
    if (code && this.closed.code !== code) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
  }
  expect(condition, what) { if (!condition) throw new Error(`${what}: ${JSON.stringify(this.got)}`); }
}

const cases = {
  'subscribe before the acknowledgement: 4401': async (s) => { s.subscribe('1'); await s.closes(4401); },
  'a second connection_init: 4429': async (s) => { await s.init(); s.send({ type: 'connection_init' }); await s.closes(4429); },
  'an id in use: 4409': async (s) => { await s.init(); s.subscribe('1'); s.subscribe('1'); await s.closes(4409); },
  'invalid JSON: 4400': async (s) => { await s.init(); s.send('{nope'); await s.closes(4400); },
  'invalid JSON before the initialisation: 4400': async (s) => { s.send('{nope'); await s.closes(4400); },
  'an unknown type: 4400': async (s) => { await s.init(); s.send({ type: 'what' }); await s.closes(4400); },
  'subscribe without id: 4400': async (s) => { await s.init(); s.send({ type: 'subscribe', payload: { query: '{ me }' } }); await s.closes(4400); },
  'subscribe without query: 4400': async (s) => { await s.init(); s.send({ type: 'subscribe', id: '9', payload: {} }); await s.closes(4400); },
  'no initialisation in time: 4408': async (s) => { await s.closes(4408); },
  'a bad token: 4403': async (s) => { s.send({ type: 'connection_init', payload: { authorization: 'bad' } }); await s.closes(4403); },
  'an initialisation that is no object: 4400': async (s) => { s.send({ type: 'connection_init', payload: 'x' }); await s.closes(4400); },
  'an initialisation is acknowledged': async (s) => { await s.init(); await s.fence(); s.expect(s.got.length === 1, 'more than the acknowledgement'); },
  'a query: next, complete': async (s) => {
    await s.init(); s.subscribe('1', '{ me }');
    await s.until('complete', () => s.has('complete', '1'));
    s.expect(s.count('next', '1') === 1 && s.count('complete', '1') === 1, 'not one of each');
  },
  'a validation error: error without complete': async (s) => {
    await s.init(); s.subscribe('1', '{ nofield }');
    await s.until('error', () => s.has('error', '1'));
    await s.fence(); s.expect(!s.has('complete'), 'complete after error');
  },
  'a resolver that refuses: error without complete': async (s) => {
    await s.init(); s.subscribe('1', 'subscription { failAtOnce }');
    await s.until('error', () => s.has('error', '1'));
    await s.fence(); s.expect(!s.has('complete'), 'complete after error');
  },
  'a resolver that fails later: next, error without complete': async (s) => {
    await s.init(); s.subscribe('1', 'subscription { failLater }');
    await s.until('error', () => s.has('error', '1'));
    await s.fence(); s.expect(s.count('next') === 1 && !s.has('complete'), 'not next and error');
  },
  'nothing after the client completes': async (s) => {
    await s.init(); s.subscribe('1', 'subscription { tick(n: 1000, every: 1) }');
    await s.until('an event', () => s.has('next', '1'));
    s.send({ id: '1', type: 'complete' });
    await s.fence();
    const before = s.got.length;
    await s.fence(); await s.fence();
    s.expect(s.got.length === before && !s.has('complete'), 'something came');
  },
  'complete of an unknown id is ignored': async (s) => { await s.init(); s.send({ id: 'zz', type: 'complete' }); await s.fence(); },
  'an id can be used again after complete': async (s) => {
    await s.init(); s.subscribe('1', '{ me }');
    await s.until('complete', () => s.count('complete', '1') === 1);
    s.subscribe('1', '{ me }');
    await s.until('complete', () => s.count('complete', '1') === 2);
    s.expect(s.count('next', '1') === 2, 'not twice');
  },
  'ping is answered with its payload': async (s) => {
    await s.init(); s.send({ type: 'ping', payload: { a: 1 } });
    await s.until('pong', () => s.got.some((m) => m.type === 'pong' && m.payload?.a === 1));
  },
  'ping before the acknowledgement': async (s) => { s.send({ type: 'ping' }); await s.until('pong', () => s.has('pong')); },
  'a pong that was not asked for is ignored': async (s) => { await s.init(); s.send({ type: 'pong' }); await s.fence(); },
  'no subprotocol: 4406': { protocols: [], play: async (s) => { await s.closes(4406); } },
  'an unknown subprotocol is refused': { protocols: ['foo'], play: async (s) => { await s.closes(); } },
  'the legacy subprotocol is refused': { protocols: ['graphql-ws'], play: async (s) => { await s.closes(); } },
  'two missed pongs: closed': async (s) => { await s.init(); await s.closes(4499); s.expect(s.pings === 2, 'not two pings'); },
  'operations on one socket are limited': async (s) => {
    await s.init();
    for (let i = 0; i <= 50; i++) s.subscribe(`s${i}`);
    await s.until('an error', () => s.has('error', 's50'));
    s.expect(s.got.length === 2, 'more than one refused');
  },
};

for (const [name, test] of Object.entries(cases)) {
  const { protocols, play } = typeof test === 'function' ? { protocols: ['graphql-transport-ws'], play: test } : test;
  const socket = new Socket(protocols);
  try {
    await socket.until('opening', () => socket.opened || socket.closed);
    await play(socket);
    console.log(JSON.stringify({ name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, ok: false, detail: error.message }));
  }
  socket.ws.terminate();
}
process.exit(0);
