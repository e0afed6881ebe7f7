// Compiles what a page with Relay asks against the schema that the program tells, runs what came out of it, and prints one JSON
// line for each thing. In its working folder it leaves persisted.json, the documents by their ids.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';
import { check } from './run.mjs';

const [url, token, folder] = process.argv.slice(2);
async function ask(body) {
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return response.json();
}

const told = await ask({ query: getIntrospectionQuery() });
writeFileSync(join(folder, 'schema.graphql'), printSchema(buildClientSchema(told.data)));
check('the schema can be told', told.errors ?? null, null);

mkdirSync(join(folder, 'src'), { recursive: true });
writeFileSync(join(folder, 'src', 'Grid.js'), `
import { graphql } from 'relay-runtime';
graphql\`
  query GridQuery($first: Int!) { ...Grid_list @arguments(first: $first) viewer { name role } }
\`;
graphql\`
  fragment Grid_list on Query @argumentDefinitions(first: {type: "Int!"}, after: {type: "String"}) @refetchable(queryName: "GridPageQuery") {
    organizations(first: $first, after: $after) @connection(key: "Grid_organizations") { edges { node { id ...Grid_row } } }
  }
\`;
graphql\`
  fragment Grid_row on Organization @refetchable(queryName: "GridRowQuery") { name mappings { id externalOrg { name } } }
\`;
graphql\`
  mutation GridCreateMutation($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id ...Grid_row } userErrors { code } } }
\`;
graphql\`
  subscription GridChangesSubscription($after: String) { accountChanges(after: $after) { cursor ... on OrganizationsChanged { organizations { id ...Grid_row } } } }
\`;
`);
writeFileSync(join(folder, 'package.json'), '{}');
writeFileSync(join(folder, 'relay.config.json'), JSON.stringify({
  src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: false, persistConfig: { file: './persisted.json' },
}));
writeFileSync(join(folder, 'persisted.json'), '{}');
const compiler = createRequire(import.meta.url)('relay-compiler');
let said = '';
try {
  said = execFileSync(compiler, ['relay.config.json'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
} catch (error) {
  said = `failed: ${error.stderr}${error.stdout}`;
}
check('Relay compiles against it', said.startsWith('failed') && said, false);

const texts = Object.entries(JSON.parse(readFileSync(join(folder, 'persisted.json'), 'utf8')));
const named = (name) => texts.find(([, text]) => text.includes(` ${name}`))[1];
const page = await ask({ query: named('GridQuery'), variables: { first: 2 } });
check('its page is answered', page.data.organizations.edges.map((edge) => edge.node.name), ['Acme', 'Bolt']);
const { pageInfo } = page.data.organizations;
const next = await ask({ query: named('GridPageQuery'), variables: { first: 2, after: pageInfo.endCursor } });
check('and the next', [pageInfo.hasNextPage, next.data.organizations.edges.map((edge) => edge.node.name)], [true, ['Cog']]);
const { id } = page.data.organizations.edges[0].node;
const row = await ask({ query: named('GridRowQuery'), variables: { id } });
check('a row is fetched again by its id', [row.data.node.id, row.data.node.name], [id, 'Acme']);
const made = await ask({ query: named('GridCreateMutation'), variables: { input: { name: 'Acme' } } });
check('its mutation is done', made.data.createOrganization.userErrors, [{ code: 'NAME_TAKEN' }]);
process.exit(0);
