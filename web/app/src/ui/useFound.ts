import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { FoundOrganizations } from '../api/documents'

interface Named {
  id: string
  name: string
}

/** The first results of a search, and how many there are. */
export interface Results<One> {
  items: readonly One[]
  total: number
  problem: string | null
}

export type Search<One> = (search: string, first: number) => Promise<Results<One>>

/** Finds active organizations. */
export const findOrganizations: Search<Named> = async (search, first) => {
  const { data, problem } = await request('query', FoundOrganizations, { first, search: search || null })
  return { items: data?.organizations.nodes ?? [], total: data?.organizations.totalCount ?? 0, problem }
}

/** Returns the first results of a search, from the last response: its search may be an earlier one. Does nothing unless enabled. find must stay the same. */
export function useFound<One>(find: Search<One>, search: string, shown: number, enabled: boolean): Results<One> & { search: string } | null {
  const [found, setFound] = useState<Results<One> & { search: string } | null>(null)
  useEffect(() => {
    if (!enabled) return
    let current = true
    void find(search, shown).then((results) => {
      if (current) setFound({ search, ...results })
    })
    return () => {
      current = false
    }
  }, [find, search, shown, enabled])
  return found
}
