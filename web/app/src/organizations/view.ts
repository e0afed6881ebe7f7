import { useCallback, useEffect, useState } from 'react'

import type { List } from './pages'

export type Facet = 'all' | 'unmapped' | 'conflicts' | 'unsaved' | 'deactivated'

/** What the grid shows. It is in the address, so that it can be sent to somebody and survives going back. */
export interface View {
  search: string
  facet: Facet
  /** The integration that unmapped is about; null: any. */
  column: string | null
}

const facets: readonly Facet[] = ['all', 'unmapped', 'conflicts', 'unsaved', 'deactivated']

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const facet = facets.find((one) => one === parameters.get('show')) ?? 'all'
  return { search: parameters.get('q') ?? '', facet, column: facet === 'unmapped' ? parameters.get('in') : null }
}

export function toAddress({ search, facet, column }: View): string {
  const parameters = new URLSearchParams()
  if (search) parameters.set('q', search)
  if (facet !== 'all') parameters.set('show', facet)
  if (facet === 'unmapped' && column) parameters.set('in', column)
  return parameters.size === 0 ? '' : `?${parameters}`
}

/** The view, and how to change a part of it. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => fromAddress(location.search))
  useEffect(() => {
    const read = () => setView(fromAddress(location.search))
    window.addEventListener('popstate', read)
    return () => window.removeEventListener('popstate', read)
  }, [])
  const change = useCallback((part: Partial<View>) => setView((before) => {
    const next = { ...before, ...part }
    if (next.facet !== 'unmapped') next.column = null
    history.replaceState(null, '', location.pathname + toAddress(next))
    return next
  }), [])
  return [view, change]
}

/** The list that a view stands for; edited are the ids of organizations with unsaved edits, in the order of their names. */
export function listOf(view: View, integrationIds: readonly string[], edited: { unsaved: readonly string[]; conflicts: readonly string[] }): List {
  const { search } = view
  switch (view.facet) {
    case 'all':
      return { kind: 'found', search, filter: null }
    case 'deactivated':
      return { kind: 'found', search, filter: { active: false } }
    case 'unmapped':
      return { kind: 'found', search, filter: { unmappedIn: view.column ? [view.column] : [...integrationIds] } }
    case 'unsaved':
      return { kind: 'named', ids: edited.unsaved }
    case 'conflicts':
      return { kind: 'named', ids: edited.conflicts }
  }
}
