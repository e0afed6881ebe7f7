import { useCallback, useEffect, useRef, useState } from 'react'

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

/** The view, and how to change a part of it. onMove is told where going back or forward in the browser's history leads. */
export function useView(onMove: (view: View) => void): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => fromAddress(location.search))
  const latest = useRef({ view, onMove })
  latest.current.onMove = onMove
  const show = useCallback((next: View) => {
    latest.current.view = next
    setView(next)
  }, [])
  useEffect(() => {
    const move = () => {
      if (location.pathname !== '/') return // another page comes
      const next = fromAddress(location.search)
      show(next)
      latest.current.onMove(next)
    }
    window.addEventListener('popstate', move)
    return () => window.removeEventListener('popstate', move)
  }, [show])
  const change = useCallback((part: Partial<View>) => {
    const before = latest.current.view
    const next = { ...before, ...part }
    if (next.facet !== 'unmapped') next.column = null
    if (toAddress(next) === toAddress(before)) return
    // Other rows are a step to come back from; each letter of a search is none.
    const step = next.facet !== before.facet || next.column !== before.column
    history[step ? 'pushState' : 'replaceState'](null, '', location.pathname + toAddress(next))
    show(next)
  }, [show])
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
