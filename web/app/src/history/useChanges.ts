import { useEffect, useMemo, useRef } from 'react'

import { request } from '../api/client'
import { onChange } from '../api/live'
import { useStore } from '../ui/store'
import { ChangeList, type Source, type State } from './ChangeList'
import { ChangesById, ChangesPage, type ChangeFilter, Undoable } from './documents'

const debounceTime = 250 // milliseconds after the last change before anything is read again

const source: Source = {
  page: async (filter, first, after, counted) => {
    const { data, problem } = await request('query', ChangesPage, { first, after, filter, counted })
    if (problem !== null) return { data: null, problem }
    const { nodes, totalCount, pageInfo } = data.changes
    return { data: { rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }, problem: null }
  },
  changes: async (ids) => {
    const { data } = await request('query', ChangesById, { ids: [...ids] })
    return data?.nodes.filter((node) => node?.__typename === 'Change') ?? null
  },
  undoable: async (ids) => {
    const { data } = await request('query', Undoable, { ids: [...ids] })
    return data && new Map(data.nodes.flatMap((node) => (node?.__typename === 'Change' ? [[node.id, node.undo.possible]] : [])))
  },
}

/** Returns the changes that a filter matches, kept up to date. mayMove tells whether new ones may appear at once. */
export function useChanges(filter: ChangeFilter, mayMove: () => boolean): { list: ChangeList; state: State } {
  const latest = useRef(mayMove)
  useEffect(() => {
    latest.current = mayMove
  })
  const key = JSON.stringify(filter)
  const list = useMemo(() => new ChangeList(JSON.parse(key) as ChangeFilter, source, () => latest.current()), [key])
  const state = useStore(list.state)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    void list.show()
    const stop = onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void list.changed(), debounceTime)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [list])
  return { list, state }
}
