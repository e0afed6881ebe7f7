import { pattern } from './database.js'
import { page, place } from './list.js'

// OneStatement reads a page with one statement: the SQL of the bare handler, for a peer that is given it. Rows come as
// arrays, and statements are prepared.
export class OneStatement {
  constructor(pool, account) {
    this.pool = pool
    this.account = account
  }

  async rows(name, text, ...values) {
    return (await this.pool.query({ name, text, values: [this.account, ...values], rowMode: 'array' })).rows
  }

  async organizations({ first, after, offset, search }) {
    const [folded, id] = after ? place(after) : ['', '00000000-0000-0000-0000-000000000000']
    const rows = search
      ? await this.rows('search', pageOfSearch, folded, id, first + 1, pattern(search))
      : offset
        ? await this.rows('offset', pageOfOffset, first + 1, offset)
        : await this.rows('browse', pageOfBrowse, folded, id, first + 1)
    const found = []
    let last
    for (const [, id, name, folded, mapping, externalOrg, externalName, integration, integrationName] of rows) {
      if (last?.id !== id) found.push((last = { id, name, folded, mappings: [] }))
      if (mapping !== null) {
        last.mappings.push({ id: mapping, externalOrg: { id: externalOrg, name: externalName }, integration: { id: integration, name: integrationName } })
      }
    }
    return page(found, first, { totalCount: rows.length > 0 ? Number(rows[0][0]) : 0 })
  }

  async externalOrgs(integration, { first, search }) {
    const rows = await this.rows('externals', pageOfExternalOrgs, integration, first + 1, pattern(search ?? ''))
    const found = rows.map(([, id, name, folded, mapping, organization, organizationName]) => ({
      id, name, folded, mapping: mapping === null ? null : { id: mapping, organization: { id: organization, name: organizationName } },
    }))
    return page(found, first, { totalCount: rows.length > 0 ? Number(rows[0][0]) : 0 })
  }
}

const rowsOfPage = `
  SELECT (SELECT total FROM counted)::bigint, page.id, page.name, page.folded, m.id, m.external_org_id, m.external_name, i.id, i.name
  FROM page
  LEFT JOIN mappings m ON m.account_id = $1 AND m.organization_id = page.id
  LEFT JOIN integrations i ON i.account_id = $1 AND i.id = m.integration_id
  ORDER BY page.folded, page.id, m.integration_id, m.external_folded, m.id`

const pageOfBrowse = `
  WITH page AS (
    SELECT id, name, folded FROM organizations
    WHERE account_id = $1 AND active AND (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
  ), counted AS (SELECT organizations_used AS total FROM accounts WHERE id = $1)` + rowsOfPage

const pageOfOffset = `
  WITH places AS (
    SELECT id FROM organizations WHERE account_id = $1 AND active ORDER BY folded, id LIMIT $2 OFFSET $3
  ), page AS (SELECT id, name, folded FROM organizations JOIN places USING (id) WHERE account_id = $1),
  counted AS (SELECT organizations_used AS total FROM accounts WHERE id = $1)` + rowsOfPage

const pageOfSearch = `
  WITH hits AS MATERIALIZED (
    SELECT id, name, folded FROM organizations WHERE account_id = $1 AND active AND (folded LIKE $5
      OR id IN (SELECT organization_id FROM mappings WHERE account_id = $1 AND external_folded LIKE $5))
  ), page AS (
    SELECT id, name, folded FROM hits WHERE (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
  ), counted AS (SELECT count(*) AS total FROM hits)` + rowsOfPage

const pageOfExternalOrgs = `
  WITH hits AS MATERIALIZED (
    SELECT id, folded FROM external_orgs
    WHERE account_id = $1 AND integration_id = $2 AND removed_at IS NULL AND folded LIKE $4
  ), places AS (SELECT id FROM hits ORDER BY folded, id LIMIT $3),
  page AS (SELECT id, name, folded FROM external_orgs JOIN places USING (id) WHERE account_id = $1)
  SELECT (SELECT count(*) FROM hits), page.id, page.name, page.folded, m.id, o.id, o.name
  FROM page
  LEFT JOIN mappings m ON m.account_id = $1 AND m.external_org_id = page.id
  LEFT JOIN organizations o ON o.account_id = $1 AND o.id = m.organization_id
  ORDER BY page.folded, page.id`
