// Follows one operation of a graphql-ws or graphql-sse client to its end.
export function run(client, query, { stopAfter = Infinity } = {}) {
  return new Promise((resolve) => {
    const events = [];
    const timer = setTimeout(() => finish('TIMEOUT'), 8000);
    function finish(last) {
      clearTimeout(timer);
      events.push(last);
      resolve(events);
    }
    const dispose = client.subscribe({ query }, {
      next(result) {
        events.push(JSON.stringify(result.data ?? result.errors.map((e) => e.message)));
        if (events.length === stopAfter) dispose();
      },
      error(error) {
        if (Array.isArray(error)) finish('error ' + error.map((e) => e.message).join());
        else finish(`error ${error.code ?? ''} ${error.reason ?? error.message ?? error}`);
      },
      complete() { finish('complete'); },
    });
  });
}

export function check(name, got, want) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)];
  console.log(JSON.stringify({ name, ok: a === b, detail: `got ${a}, want ${b}` }));
}

export const ticks = (n, from = 0) => Array.from({ length: n }, (_, i) => JSON.stringify({ tick: from + i }));
