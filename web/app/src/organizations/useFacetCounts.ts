import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { FacetCounts } from '../api/documents'
import { onChange } from '../api/live'
import { onMatching } from './useMatching'
import { inGroups } from './view'

export interface Counts {
  all: number
  unmapped: number
  suggested: number
  needsDecision: number
  deactivated: number
}

const debounceTime = 250 // milliseconds after the last change before the counts are read again

/** Returns how many organizations each filter contains, kept up to date. */
export function useFacetCounts(search: string, integrationIds: readonly string[], groups: readonly string[]): Counts | null {
  const [counts, setCounts] = useState<Counts | null>(null)
  const key = integrationIds.join(' ')
  const inside = groups.join(' ')
  useEffect(() => {
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async () => {
      const ids = key === '' ? [] : key.split(' ')
      const within = inGroups(inside === '' ? [] : inside.split(' '))
      const result = await request('query', FacetCounts, {
        search: search || null, filter: within, unmapped: { unmappedIn: ids, ...within }, suggested: { suggestedIn: ids, ...within },
        needsDecision: { needsDecisionIn: ids, ...within }, deactivated: { active: false, ...within },
      })
      if (!current || result.problem !== null) return
      const { all, deactivated, ...byMatch } = result.data
      const count = (list: { totalCount: number }) => (ids.length === 0 ? 0 : list.totalCount) // no integration is no filter
      setCounts({
        all: all.totalCount, unmapped: count(byMatch.unmapped), suggested: count(byMatch.suggested), needsDecision: count(byMatch.needsDecision), deactivated: deactivated.totalCount,
      })
    }
    void read()
    const readSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void read(), debounceTime)
    }
    const stops = [onChange(readSoon), onMatching(readSoon)]
    return () => {
      current = false
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [search, key, inside])
  return counts
}
