import { useEffect, useState } from 'react'

import { requestUncached } from '../api/client'
import { OrganizationNames } from '../api/documents'
import { onChange } from '../api/live'
import { readNames } from './names'
import { byMatches, type List } from './pages'

type Filter = Extract<List, { kind: 'found' }>['filter']

const pageLength = 200 // the API's limit
const fewest = 200 // rows: the pages of a shorter list load quickly anyway
const debounceTime = 1_000 // milliseconds after a change before the names are read again

/**
 * Returns the names of all rows of a long list, for rows that scroll by too fast for their pages to load. Reading starts with the
 * first scroll. When organizations change, the names are discarded and read again, because an organization that comes or goes
 * shifts all rows after it. used is the quota's count: an import that creates organizations changes it.
 */
export function useNames(list: List, total: number | null, scrolled: boolean, used: number | undefined): (row: number) => string | undefined {
  const [known, setKnown] = useState<{ of: string; names: readonly string[] }>({ of: '', names: [] })
  const [changes, setChanges] = useState(0)
  useEffect(() => onChange(({ __typename }) => {
    if (__typename === 'OrganizationsChanged' || __typename === 'GroupsChanged' || __typename === 'Resync') setChanges((n) => n + 1)
  }), [])

  // A list filtered by mappings changes with each mapping, so its names are not read.
  const steady = list.kind === 'found' && !byMatches(list)
  const wanted = steady && scrolled && total !== null && total > fewest
  const search = list.kind === 'found' ? list.search : ''
  const filter = JSON.stringify(list.kind === 'found' ? list.filter : null)
  const of = JSON.stringify([search, filter, used, changes])
  useEffect(() => {
    if (!wanted) return
    let current = true
    const readPage = async (after: string | null) => {
      return (await requestUncached(OrganizationNames, { first: pageLength, after, search: search || null, filter: JSON.parse(filter) as Filter })).data?.organizations ?? null
    }
    const begin = () => void readNames(readPage, (names) => setKnown({ of, names }), () => current)
    const timer = setTimeout(begin, changes === 0 ? 0 : debounceTime)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [wanted, of, search, filter, changes])

  return (row) => (wanted && known.of === of ? known.names[row] : undefined)
}
