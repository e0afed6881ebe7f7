import { useMemo, useState } from 'react'

import { request } from '../api/client'
import { type LiveList, pageOf, type Source, type State } from '../live/LiveList'
import { useFollowed } from '../live/useFollowed'
import { useLiveList } from '../live/useLiveList'
import { LensCounts, LensKeys, LensPage, type LensRow, LensRows, type MatchCounts, type MatchState } from './documents'
import type { List } from './view'

/** What a selection needs to know about a row. */
export interface Key {
  id: string
  matchState: MatchState
}

export type LensList = LiveList<LensRow, Key>

/** Reads a list of external organizations. */
const sourceOf = (list: List): Source<LensRow, Key> => ({
  page: async (first, after) => {
    const { data, problem } = await request('query', LensPage, { first, after, ...list })
    return problem === null ? { data: pageOf(data.externalOrgs), problem } : { data: null, problem }
  },
  keys: async (first, after) => {
    const { data, problem } = await request('query', LensKeys, { first, after, ...list })
    return problem === null ? { data: pageOf(data.externalOrgs), problem } : { data: null, problem }
  },
  rows: async (ids) => {
    const { data, problem } = await request('query', LensRows, { ids: [...ids] })
    if (problem !== null) return { data: null, problem }
    return { data: data.nodes.filter((node) => node?.__typename === 'ExternalOrg'), problem: null }
  },
})

export interface Lens {
  list: LensList
  state: State<LensRow>
  /** The counts of each integration; null until they are known. */
  counts: ReadonlyMap<string, MatchCounts> | null
  /** Reads the keys of a page of the list, for a selection. */
  keys: Source<LensRow, Key>['keys']
}

/** Returns the rows of a list and the counts of all states, kept up to date. mayMove tells whether rows may enter, leave and move at once. */
export function useLens(shown: List, mayMove: () => boolean): Lens {
  const name = JSON.stringify(shown)
  const source = useMemo(() => sourceOf(JSON.parse(name) as List), [name])
  const { list, state } = useLiveList(source, mayMove)
  const [counts, setCounts] = useState<ReadonlyMap<string, MatchCounts> | null>(null)

  useFollowed(async (isFirst) => {
    if (!isFirst) void list.changed()
    const { data } = await request('query', LensCounts, {})
    if (data) setCounts(new Map(data.integrations.map(({ id, matchCounts }) => [id, matchCounts])))
  })

  return { list, state, counts, keys: source.keys }
}
