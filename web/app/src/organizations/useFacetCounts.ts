import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { FacetCounts } from '../api/documents'
import { onChange } from '../api/live'

export interface Counts {
  all: number
  unmapped: number
  deactivated: number
}

const debounceTime = 250 // milliseconds after the last change before the counts are read again

/** Returns how many organizations each filter contains, kept up to date. */
export function useFacetCounts(search: string, unmappedIn: readonly string[]): Counts | null {
  const [counts, setCounts] = useState<Counts | null>(null)
  const key = unmappedIn.join(' ')
  useEffect(() => {
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      const ids = key === '' ? [] : key.split(' ')
      const result = await request('query', FacetCounts, { search: search || null, unmapped: { unmappedIn: ids }, deactivated: { active: false } })
      if (!current || result.problem !== null) return
      const { all, unmapped, deactivated } = result.data
      setCounts({ all: all.totalCount, unmapped: ids.length === 0 ? 0 : unmapped.totalCount, deactivated: deactivated.totalCount })
    }
    void read()
    const stop = onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void read(), debounceTime)
    })
    return () => {
      current = false
      clearTimeout(timer)
      stop()
    }
  }, [search, key])
  return counts
}
