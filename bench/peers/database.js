import pg from 'pg'

const connections = 20 // as many as Orgmap has

// openPool connects as the role that row-level security binds, with the account set once for each connection: a server
// of many accounts would set it in each request. Every statement gets a plan for its very values: one for any value
// reads every name of the account for a search.
export function openPool(url, account) {
  return new pg.Pool({
    connectionString: url,
    max: connections,
    options: `-c role=orgmap_app -c app.account_id=${account} -c plan_cache_mode=force_custom_plan`,
  })
}

// pattern finds a part anywhere in a folded name, from which accents are taken off too.
export function pattern(part) {
  return '%' + part.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[\\%_]/g, '\\$&') + '%'
}
