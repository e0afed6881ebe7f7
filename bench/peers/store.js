import { pattern } from './database.js'
import { page, place } from './list.js'

// named finds organizations by their own name or one that is mapped to them; the pattern is the parameter of that number.
const named = (parameter) =>
  `(folded LIKE $${parameter} OR id IN (SELECT organization_id FROM mappings WHERE account_id = $1 AND external_folded LIKE $${parameter}))`

// Store has the statements that a server is usually written with: one for a list, one for its count, one for each kind
// of thing that a loader gathers.
export class Store {
  constructor(pool, account) {
    this.pool = pool
    this.account = account
  }

  async rows(text, ...values) {
    return (await this.pool.query(text, [this.account, ...values])).rows
  }

  async organizations({ first, after, offset, search }) {
    const values = [first + 1]
    let where = 'account_id = $1 AND active'
    if (search) where += ` AND ${named(values.push(pattern(search)) + 1)}`
    if (after) where += ` AND (folded, id) > ($${values.push(place(after)[0]) + 1}, $${values.push(place(after)[1]) + 1})`
    const from = offset ? `OFFSET $${values.push(offset) + 1}` : ''
    const rows = await this.rows(`SELECT id, name, folded FROM organizations WHERE ${where} ORDER BY folded, id LIMIT $2 ${from}`, ...values)
    return page(rows, first, { search })
  }

  async countOrganizations({ search }) {
    const [row] = search
      ? await this.rows('SELECT count(*)::int FROM organizations WHERE account_id = $1 AND active AND ' + named(2), pattern(search))
      : await this.rows('SELECT count(*)::int FROM organizations WHERE account_id = $1 AND active')
    return row.count
  }

  async externalOrgs(integration, { first, search }) {
    const values = [first + 1, integration]
    const where = search ? `AND folded LIKE $${values.push(pattern(search)) + 1}` : ''
    const rows = await this.rows(
      `SELECT id, name, folded FROM external_orgs WHERE account_id = $1 AND integration_id = $3 AND removed_at IS NULL ${where}
       ORDER BY folded, id LIMIT $2`, ...values)
    return page(rows, first, { integration, search })
  }

  async countExternalOrgs({ integration, search }) {
    const values = [integration]
    const where = search ? `AND folded LIKE $${values.push(pattern(search)) + 1}` : ''
    const [row] = await this.rows(
      `SELECT count(*)::int FROM external_orgs WHERE account_id = $1 AND integration_id = $2 AND removed_at IS NULL ${where}`, ...values)
    return row.count
  }

  // What loaders gather: each gives its rows in the order of the keys.

  async mappingsOf(organizations) {
    const rows = await this.rows(
      `SELECT id, organization_id, integration_id, external_org_id FROM mappings
       WHERE account_id = $1 AND organization_id = ANY ($2::uuid[]) ORDER BY integration_id, id`, organizations)
    const found = new Map(organizations.map((id) => [id, []]))
    for (const row of rows) found.get(row.organization_id).push(row)
    return organizations.map((id) => found.get(id))
  }

  async mappingOfEach(externalOrgs) {
    const rows = await this.rows(
      `SELECT id, organization_id, integration_id, external_org_id FROM mappings
       WHERE account_id = $1 AND external_org_id = ANY ($2::uuid[])`, externalOrgs)
    const found = new Map(rows.map((row) => [row.external_org_id, row]))
    return externalOrgs.map((id) => found.get(id) ?? null)
  }

  byID(table) {
    const text = `SELECT id, name FROM ${table} WHERE account_id = $1 AND id = ANY ($2::uuid[])`
    return async (ids) => {
      const found = new Map((await this.rows(text, [...new Set(ids)])).map((row) => [row.id, row]))
      return ids.map((id) => found.get(id) ?? null)
    }
  }
}
