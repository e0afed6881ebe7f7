import { useCallback } from 'react'

import { type Address, useAddress } from '../ui/address'
import { anyOf, chosenIn, hasOne } from '../ui/choosing'
import type { List } from './pages'

export type Facet = 'all' | 'unmapped' | 'suggested' | 'needsDecision' | 'conflicts' | 'unsaved' | 'deactivated'

/** What the grid shows. It is part of the address, so that it can be shared as a link and survives the Back button. */
export interface View {
  search: string
  facet: Facet
  /** The integration that a filter by matches applies to; null: any. */
  column: string | null
  /** The IDs of groups; organizations in any of them are listed. */
  groups: readonly string[]
}

const facets: readonly Facet[] = ['all', 'unmapped', 'suggested', 'needsDecision', 'conflicts', 'unsaved', 'deactivated']

/** Reports whether a filter depends on mappings and suggestions, and can be limited to one integration. */
export const byMatch = (facet: Facet): boolean => facet === 'unmapped' || facet === 'suggested' || facet === 'needsDecision'

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const facet = facets.find((one) => one === parameters.get('show')) ?? 'all'
  return { search: parameters.get('q') ?? '', facet, column: byMatch(facet) ? parameters.get('in') : null, groups: chosenIn(parameters.get('group')) }
}

export function toAddress({ search, facet, column, groups }: View): string {
  const parameters = new URLSearchParams()
  if (search) parameters.set('q', search)
  if (facet !== 'all') parameters.set('show', facet)
  if (byMatch(facet) && column) parameters.set('in', column)
  if (groups.length > 0) parameters.set('group', groups.join(','))
  return parameters.size === 0 ? '' : `?${parameters}`
}

/** Returns the address of the rows that a search for an organization finds. */
export const searchAddress = (name: string, active: boolean): string => toAddress({ search: name, facet: active ? 'all' : 'deactivated', column: null, groups: [] })

/** Returns how the API filters by groups. */
export const inGroups = (groups: readonly string[]) => (groups.length === 0 ? {} : { groupIds: anyOf(groups), hasGroup: hasOne(groups) })

const address: Address<View> = {
  path: '/',
  read: fromAddress,
  write: toAddress,
  isStep: (before, next) => next.facet !== before.facet || next.column !== before.column || next.groups.join() !== before.groups.join(),
}

/** Returns the view and a function that changes part of it. onMove gets the view that Back or Forward leads to. */
export function useView(onMove: (view: View) => void): [View, (change: Partial<View>) => void] {
  const [view, change] = useAddress(address, onMove)
  return [view, useCallback((part) => change(part.facet && !byMatch(part.facet) ? { ...part, column: null } : part), [change])]
}

/** Returns the list that a view stands for; edited holds the IDs of organizations with unsaved edits, sorted by name. */
export function listOf(view: View, integrationIds: readonly string[], edited: { unsaved: readonly string[]; conflicts: readonly string[] }): List {
  const { search } = view
  const columns = view.column ? [view.column] : [...integrationIds]
  const within = inGroups(view.groups)
  // The API takes an empty list for no filter.
  if (byMatch(view.facet) && columns.length === 0) return { kind: 'named', ids: [] }
  switch (view.facet) {
    case 'all':
      return { kind: 'found', search, filter: view.groups.length === 0 ? null : within }
    case 'deactivated':
      return { kind: 'found', search, filter: { active: false, ...within } }
    case 'unmapped':
      return { kind: 'found', search, filter: { unmappedIn: columns, ...within } }
    case 'suggested':
      return { kind: 'found', search, filter: { suggestedIn: columns, ...within } }
    case 'needsDecision':
      return { kind: 'found', search, filter: { needsDecisionIn: columns, ...within } }
    case 'unsaved':
      return { kind: 'named', ids: edited.unsaved }
    case 'conflicts':
      return { kind: 'named', ids: edited.conflicts }
  }
}
