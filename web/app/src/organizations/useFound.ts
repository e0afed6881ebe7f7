import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { FoundOrganizations } from '../api/documents'

/** The organizations that a search finds. */
export interface Found {
  search: string
  organizations: readonly { id: string; name: string }[]
  total: number
  problem: string | null
}

/** Returns the first organizations that a search finds, from the last response: its search may be an earlier one. Does nothing unless enabled. */
export function useFound(search: string, shown: number, enabled: boolean): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    if (!enabled) return
    let current = true
    void request('query', FoundOrganizations, { first: shown, search: search || null }).then(({ data, problem }) => {
      if (current) setFound({ search, organizations: data?.organizations.nodes ?? [], total: data?.organizations.totalCount ?? 0, problem })
    })
    return () => {
      current = false
    }
  }, [search, shown, enabled])
  return found
}
