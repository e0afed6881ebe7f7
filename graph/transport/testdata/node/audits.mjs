// Runs the audits of graphql-http against a server and prints one JSON line for each.
import { serverAudits } from 'graphql-http';

const [url] = process.argv.slice(2);
for (const audit of serverAudits({ url })) {
  const { status, reason } = await audit.fn();
  console.log(JSON.stringify({ name: `${audit.id} ${audit.name}`, ok: status === 'ok', detail: `${status}: ${reason ?? ''}` }));
}
