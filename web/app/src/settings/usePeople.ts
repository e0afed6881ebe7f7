import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { onChange } from '../api/live'
import { useStore } from '../ui/store'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { PeoplePage } from './documents'
import { PeopleList, type Source, type State } from './PeopleList'

const debounceTime = 250 // milliseconds after the last change before anything is read again

const source: Source = async (search, first, after) => {
  const { data, problem } = await request('query', PeoplePage, { first, after, search: search || null })
  if (problem !== null) return { data: null, problem }
  const { nodes, totalCount, pageInfo } = data.people
  return { data: { rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null, self: data.viewer.person?.id ?? null }, problem: null }
}

/** Returns the people that a search finds, kept up to date. */
export function usePeople(search: string): { list: PeopleList; state: State } {
  const [list] = useState(() => new PeopleList(source))
  const state = useStore(list.state)
  useEffect(() => void list.find(search), [list, search])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = onChange(({ __typename }) => {
      // Assigning organizations changes how many a person has.
      if (__typename !== 'PeopleChanged' && __typename !== 'OrganizationsChanged' && __typename !== 'Resync') return
      clearTimeout(timer)
      timer = setTimeout(() => void list.read(), debounceTime)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [list])
  useRetryOnReconnect(state.problem, () => void list.read())
  return { list, state }
}
