import { useMemo, useState } from 'react'

import { request } from '../api/client'
import { type LiveList, pageOf, type Source, type State } from '../live/LiveList'
import { useFollowed } from '../live/useFollowed'
import { useLiveList } from '../live/useLiveList'
import { type Key, type Row, RowKeys, RowsOf, RowsPage, StatusCounts } from './documents'
import type { List } from './view'

/** Reads a list of organizations. */
const sourceOf = (list: List): Source<Row, Key> => ({
  page: async (first, after) => {
    const { data, problem } = await request('query', RowsPage, { first, after, ...list })
    return problem === null ? { data: pageOf(data.organizations), problem } : { data: null, problem }
  },
  keys: async (first, after) => {
    const { data, problem } = await request('query', RowKeys, { first, after, ...list })
    return problem === null ? { data: pageOf(data.organizations), problem } : { data: null, problem }
  },
  rows: async (ids) => {
    const { data, problem } = await request('query', RowsOf, { ids: [...ids] })
    if (problem !== null) return { data: null, problem }
    return { data: data.nodes.filter((node) => node?.__typename === 'Organization'), problem: null }
  },
})

/** How many organizations an account has. */
export interface Counts {
  active: number
  deactivated: number
}

export interface Organizations {
  list: LiveList<Row, Key>
  state: State<Row>
  /** null until it is known. */
  counts: Counts | null
  keys: Source<Row, Key>['keys']
}

/** Returns the organizations of a list and how many there are in all, kept up to date. mayMove tells whether rows may enter, leave and move at once. */
export function useOrganizations(shown: List, mayMove: () => boolean): Organizations {
  const name = JSON.stringify(shown)
  const source = useMemo(() => sourceOf(JSON.parse(name) as List), [name])
  const { list, state } = useLiveList(source, mayMove)
  const [counts, setCounts] = useState<Counts | null>(null)
  useFollowed(async (isFirst) => {
    if (!isFirst) void list.changed()
    const { data } = await request('query', StatusCounts, {})
    if (data) setCounts({ active: data.active.totalCount, deactivated: data.deactivated.totalCount })
  })
  return { list, state, counts, keys: source.keys }
}
