// Drives Apollo Client and urql against the whole program, as pages use them, and prints one JSON line for each thing.
import { createHash } from 'node:crypto';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSocket } from 'graphql-ws';
import WebSocket from 'ws';
import { check } from './run.mjs';

const [url, token] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const socket = createSocket({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 0 });
const bodies = [];
const spy = (input, init) => {
  bodies.push(init.body ? JSON.parse(init.body) : {});
  return fetch(input, init);
};
const page = gql`query Page($after: String) { organizations(first: 2, after: $after) { edges { cursor node { __typename id name } } pageInfo { hasNextPage endCursor } totalCount } }`;
const create = gql`mutation Create($name: String!) { createOrganization(input: {name: $name}) { organization { __typename id name } userErrors { code } } }`;
const changes = gql`subscription Changes { accountChanges { __typename by ... on OrganizationsChanged { organizations { __typename id name } } } }`;
const names = (connection) => connection.edges.map((edge) => edge.node.name);

const apollo = (link) => new ApolloClient({
  link,
  cache: new InMemoryCache({ typePolicies: { Query: { fields: { organizations: relayStylePagination() } } } }),
});

// Apollo over HTTP: pages, a mutation, errors with their codes, persisted queries.
const overHTTP = apollo(new HttpLink({ uri: url, headers }));
const pages = overHTTP.watchQuery({ query: page });
pages.subscribe({});
const first = await pages.refetch();
check('Apollo: a page', names(first.data.organizations), ['Acme', 'Bolt']);
await pages.fetchMore({ variables: { after: first.data.organizations.pageInfo.endCursor } });
check('Apollo: the next one is put behind it', names(overHTTP.readQuery({ query: page }).organizations), ['Acme', 'Bolt', 'Cog']);
const made = await overHTTP.mutate({ mutation: create, variables: { name: 'Dynamo' } });
check('Apollo: a mutation', made.data.createOrganization.organization.name, 'Dynamo');
const taken = await overHTTP.mutate({ mutation: create, variables: { name: 'Dynamo' } });
check('Apollo: what is foreseen is data', taken.data.createOrganization.userErrors[0].code, 'NAME_TAKEN');
const failed = await overHTTP.query({ query: gql`{ organizations(first: 500) { totalCount } }`, fetchPolicy: 'network-only' }).catch((error) => error);
check('Apollo: an error has its code', CombinedGraphQLErrors.is(failed) && failed.errors[0].extensions.code, 'BAD_USER_INPUT');
const stranger = await apollo(new HttpLink({ uri: url })).query({ query: page }).catch((error) => error);
check('Apollo: nobody is signed in', CombinedGraphQLErrors.is(stranger) ? stranger.errors[0].extensions.code : stranger.statusCode, 401);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persisted = () => apollo(new PersistedQueryLink({ sha256 }).concat(new HttpLink({ uri: url, headers, fetch: spy })));
check('Apollo: a persisted query', names((await persisted().query({ query: page })).data.organizations), ['Acme', 'Bolt']);
check('Apollo: is sent by its hash, then with its text', bodies.map((body) => Boolean(body.query)), [false, true]);
bodies.length = 0;
await persisted().query({ query: page });
check('Apollo: and by its hash alone from then on', bodies.map((body) => Boolean(body.query)), [false]);

// What a subscription tells of an organization that is renamed once it runs: it begins with what comes after it has begun.
const rename = gql`mutation Rename($id: ID!, $name: String!) { updateOrganization(input: {organizationId: $id, name: $name}) { userErrors { code } } }`;
const { id } = made.data.createOrganization.organization;
async function follow(subscribe, name) {
  let found = null;
  const stop = subscribe(({ accountChanges: change }) => {
    if (change.organizations?.[0].name.startsWith(name)) found = change.__typename;
  }, (error) => { found = String(error); });
  for (let i = 0; found === null && i < 300; i++) await overHTTP.mutate({ mutation: rename, variables: { id, name: `${name} ${i}` } });
  stop();
  return found;
}

const overSocket = apollo(new GraphQLWsLink(socket));
check('Apollo: a query over the socket', names((await overSocket.query({ query: page })).data.organizations), ['Acme', 'Bolt']);
check('Apollo: a subscription', await follow((next, error) => {
  const running = overSocket.subscribe({ query: changes }).subscribe({ next: (result) => next(result.data), error });
  return () => running.unsubscribe();
}, 'Seen by Apollo'), 'OrganizationsChanged');

// urql: POST, GET, and subscriptions over the socket and over event streams.
const urql = (more, exchanges = [fetchExchange]) => new Client({ url, exchanges, fetchOptions: { headers }, ...more });
check('urql: a page', names((await urql({ preferGetMethod: false }).query(page, {}).toPromise()).data.organizations).slice(0, 2), ['Acme', 'Bolt']);
check('urql: by GET', names((await urql({ preferGetMethod: 'force' }).query(page, {}).toPromise()).data.organizations).slice(0, 2), ['Acme', 'Bolt']);
check('urql: a mutation, with GET preferred', (await urql({ preferGetMethod: 'force' }).mutation(create, { name: 'Acme' }).toPromise()).data.createOrganization.userErrors[0].code, 'NAME_TAKEN');
const refused = await urql({ preferGetMethod: false }).query(`{ organizations(first: 500) { totalCount } }`, {}).toPromise();
check('urql: an error has its code', refused.error.graphQLErrors[0].extensions.code, 'BAD_USER_INPUT');
const invalid = await urql({ preferGetMethod: false }).query(`{ nothing }`, {}).toPromise();
check('urql: a refused document has its code', invalid.error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
const streaming = (client) => (next, fail) => {
  const running = client.subscription(changes, {}).subscribe((result) => (result.error ? fail(result.error) : next(result.data)));
  return () => running.unsubscribe();
};
const withSocket = urql({ preferGetMethod: false }, [
  subscriptionExchange({ forwardSubscription: (request) => ({ subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }) }) }),
  fetchExchange,
]);
check('urql: a subscription over the socket', await follow(streaming(withSocket), 'Seen by urql'), 'OrganizationsChanged');
check('urql: a subscription over an event stream', await follow(streaming(urql({ preferGetMethod: false, fetchSubscriptions: true })), 'Seen by a stream'), 'OrganizationsChanged');
process.exit(0);
