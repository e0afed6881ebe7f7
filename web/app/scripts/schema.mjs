// Joins the server's schema files into the single file that gql.tada reads.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'graph/schema')
const files = [
  join(root, 'graph/guard/cost.graphqls'),
  ...readdirSync(folder)
    .filter((name) => name.endsWith('.graphqls'))
    .sort()
    .map((name) => join(folder, name)),
]
const target = join(import.meta.dirname, '../node_modules/.cache')
mkdirSync(target, { recursive: true })
writeFileSync(join(target, 'schema.graphql'), files.map((file) => readFileSync(file, 'utf8')).join('\n'))
