import { useEffect, useState } from 'react'

import { askAside } from '../api/client'
import { OrganizationNames } from '../api/documents'
import { onChange } from '../api/live'
import { readNames } from './names'
import type { List } from './pages'

const pageLength = 200 // the API's limit
const fewest = 200 // rows: a shorter list is soon there as it is
const quiet = 1_000 // milliseconds after a change before they are read again

/**
 * The names of all rows, for those that pass by too fast for their pages to be read: of a long list, from the first scroll on.
 * When organizations change they are given up at once and read again, since one that comes or goes moves all after it. used is
 * the quota's count: an import that makes organizations shows in it.
 */
export function useNames(list: List, total: number | null, scrolled: boolean, used: number | undefined): (row: number) => string | undefined {
  const [known, setKnown] = useState<{ of: string; names: readonly string[] }>({ of: '', names: [] })
  const [changes, setChanges] = useState(0)
  useEffect(() => onChange(({ __typename }) => {
    if (__typename === 'OrganizationsChanged' || __typename === 'Resync') setChanges((n) => n + 1)
  }), [])

  // What is listed by its mappings changes with each of them: it is left out.
  const steady = list.kind === 'found' && !list.filter?.unmappedIn
  const wanted = steady && scrolled && total !== null && total > fewest
  const search = list.kind === 'found' ? list.search : ''
  const active = list.kind === 'found' ? list.filter?.active : undefined
  const of = JSON.stringify([search, active, used, changes])
  useEffect(() => {
    if (!wanted) return
    let current = true
    const ask = async (after: string | null) => {
      const filter = active === undefined ? null : { active }
      return (await askAside(OrganizationNames, { first: pageLength, after, search: search || null, filter }))?.organizations ?? null
    }
    const begin = () => void readNames(ask, (names) => setKnown({ of, names }), () => current)
    const timer = setTimeout(begin, changes === 0 ? 0 : quiet)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [wanted, of, search, active, changes])

  return (row) => (wanted && known.of === of ? known.names[row] : undefined)
}
