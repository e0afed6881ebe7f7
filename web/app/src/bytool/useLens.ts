import { useEffect, useMemo, useRef, useState } from 'react'

import { request } from '../api/client'
import { onChange } from '../api/live'
import { subscribe } from '../api/subscribing'
import { useStore } from '../ui/store'
import { LensChanges, LensCounts, LensKeys, LensPage, LensRows, type MatchCounts } from './documents'
import { LensList, type Source, type State } from './LensList'
import type { List } from './view'

const debounceTime = 250 // milliseconds after the last change before anything is read again

const source: Source = {
  page: async (list, first, after) => {
    const { data, problem } = await request('query', LensPage, { first, after, ...list })
    if (problem !== null) return { data: null, problem }
    const { nodes, totalCount, pageInfo } = data.externalOrgs
    return { data: { rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }, problem: null }
  },
  keys: async (list, first, after) => {
    const { data, problem } = await request('query', LensKeys, { first, after, ...list })
    if (problem !== null) return { data: null, problem }
    const { nodes, totalCount, pageInfo } = data.externalOrgs
    return { data: { rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }, problem: null }
  },
  rows: async (ids) => {
    const { data, problem } = await request('query', LensRows, { ids: [...ids] })
    if (problem !== null) return { data: null, problem }
    return { data: data.nodes.filter((node) => node?.__typename === 'ExternalOrg'), problem: null }
  },
}

export interface Lens {
  list: LensList
  state: State
  /** The counts of each integration; null until they are known. */
  counts: ReadonlyMap<string, MatchCounts> | null
  /** Reads the keys of a page of the list, for a selection. */
  keys: (after: string | null, first: number) => ReturnType<Source['keys']>
}

/** Returns the rows of a list and the counts of all states, kept up to date. mayMove tells whether rows may enter, leave and move at once. */
export function useLens(shown: List, mayMove: () => boolean): Lens {
  const latest = useRef(mayMove)
  useEffect(() => {
    latest.current = mayMove
  })
  const key = JSON.stringify(shown)
  const list = useMemo(() => new LensList(JSON.parse(key) as List, source, () => latest.current()), [key])
  const state = useStore(list.state)
  const [counts, setCounts] = useState<ReadonlyMap<string, MatchCounts> | null>(null)

  const current = useRef(list)
  useEffect(() => {
    current.current = list
    void list.show()
  }, [list])

  useEffect(() => {
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let reading: Promise<void> = Promise.resolve() // one after the other: an equal query under way would be answered by an older response
    const readCounts = () => {
      reading = reading.then(readOnce)
    }
    const readOnce = async () => {
      const { data } = await request('query', LensCounts, {})
      if (data && !stopped) setCounts(new Map(data.integrations.map(({ id, matchCounts }) => [id, matchCounts])))
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        readCounts()
        void current.current.changed()
      }, debounceTime)
    }
    readCounts()
    const stops = [onChange(later), subscribe(LensChanges, async () => ({}), later)]
    return () => {
      stopped = true
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [])

  return { list, state, counts, keys: (after, first) => source.keys(shown, first, after) }
}
