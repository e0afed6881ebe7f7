// An OpenID provider for the server's tests. It tells its address in one line, then is told its client and its people, who are
// known by what they sign in with, in another; it ends when its input does. The pages to sign in with are oidc-provider's own.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider, { errors } from 'oidc-provider';

const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const server = createServer().listen(0, '127.0.0.1', () => tell(`http://127.0.0.1:${server.address().port}`));
const input = createInterface({ input: process.stdin }).on('close', () => process.exit());

input.once('line', (line) => {
  const { client, people, resources } = JSON.parse(line);
  const claims = ['orgmap_account', 'orgmap_role'];
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [client],
    jwks: { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig' }] },
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
    claims: { openid: ['sub', ...claims], profile: ['name'] },
    conformIdTokenClaims: false, // the ID token has them too, as the issuers have it that people use
    findAccount: (_, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
    extraTokenClaims: (_, token) => people[token.accountId],
    features: {
      resourceIndicators: {
        getResourceServerInfo(_, resource) {
          if (!resources[resource]) throw new errors.InvalidTarget();
          return { scope: '', audience: resources[resource], accessTokenFormat: 'jwt' };
        },
      },
    },
  });
  provider.on('server_error', (_, error) => console.error(error));
  server.on('request', provider.callback());
  tell('ready');
});
