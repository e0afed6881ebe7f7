// cursor names a place in a list by what it is sorted by.
export function cursor(row) {
  return Buffer.from(JSON.stringify([row.folded, row.id])).toString('base64url')
}

export function place(cursor) {
  return JSON.parse(Buffer.from(cursor, 'base64url').toString())
}

// page makes a Relay connection of rows, of which there is one more than asked for where the list goes on.
export function page(rows, first, rest) {
  const shown = rows.length > first ? rows.slice(0, first) : rows
  const edges = shown.map((node) => ({ cursor: cursor(node), node }))
  return {
    edges,
    nodes: shown,
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.length > 0 ? edges[edges.length - 1].cursor : null },
    ...rest,
  }
}
