import type { Address } from '../ui/address'
import type { LensFilter, LensOrder, MatchCounts, MatchState } from './documents'

export const facets = ['decide', 'suggested', 'needsDecision', 'conflict', 'mapped', 'excluded', 'removed', 'all'] as const

export type Facet = (typeof facets)[number]

export const orders = ['newest', 'oldest', 'name', 'best', 'weakest'] as const

export type Order = (typeof orders)[number]

/** What the page lists. It is part of the address, so that it can be shared as a link and survives the Back button. */
export interface View {
  facet: Facet
  /** The ID of the integration; null: all. */
  integration: string | null
  search: string
  order: Order
}

/** A list as the API is asked for it. */
export interface List {
  search: string | null
  filter: NonNullable<LensFilter>
  orderBy: NonNullable<LensOrder>
}

const states: Record<Facet, MatchState[] | null> = {
  decide: ['SUGGESTED', 'NEEDS_DECISION', 'CONFLICT'],
  suggested: ['SUGGESTED'],
  needsDecision: ['NEEDS_DECISION'],
  conflict: ['CONFLICT'],
  mapped: ['MAPPED'],
  excluded: ['EXCLUDED'],
  removed: ['REMOVED'],
  all: null,
}

const orderBy: Record<Order, NonNullable<LensOrder>> = {
  newest: { field: 'ADDED_AT', direction: 'DESC' },
  oldest: { field: 'ADDED_AT', direction: 'ASC' },
  name: { field: 'NAME', direction: 'ASC' },
  best: { field: 'SCORE', direction: 'DESC' },
  weakest: { field: 'SCORE', direction: 'ASC' },
}

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  return {
    facet: facets.find((one) => one === parameters.get('show')) ?? 'decide',
    integration: parameters.get('in'),
    search: parameters.get('q') ?? '',
    order: orders.find((one) => one === parameters.get('order')) ?? 'newest',
  }
}

export function toAddress({ facet, integration, search, order }: View): string {
  const parameters = new URLSearchParams()
  if (search) parameters.set('q', search)
  if (facet !== 'decide') parameters.set('show', facet)
  if (integration) parameters.set('in', integration)
  if (order !== 'newest') parameters.set('order', order)
  return parameters.size === 0 ? '' : `?${parameters}`
}

export const address: Address<View> = {
  path: '/by-tool',
  read: fromAddress,
  write: toAddress,
  isStep: (before, next) => before.facet !== next.facet || before.integration !== next.integration || before.order !== next.order,
}

/** Returns the list that a view stands for. */
export const listOf = ({ facet, integration, search, order }: View): List => ({
  search: search || null,
  filter: { states: states[facet], integrationIds: integration ? [integration] : null },
  orderBy: orderBy[order],
})

/** The states as the counts name them. */
const countedAs: Record<MatchState, keyof MatchCounts> = {
  SUGGESTED: 'suggested', NEEDS_DECISION: 'needsDecision', CONFLICT: 'conflict', MAPPED: 'mapped', EXCLUDED: 'excluded', REMOVED: 'removed',
}

const everyState = Object.keys(countedAs) as MatchState[]

/** Returns how many external organizations a facet contains, in one integration or in all. */
export function countOf(facet: Facet, counts: ReadonlyMap<string, MatchCounts>, integration: string | null): number {
  const counted = integration === null ? [...counts.values()] : [counts.get(integration)].filter((one) => one !== undefined)
  return counted.reduce((sum, one) => sum + (states[facet] ?? everyState).reduce((part, state) => part + one[countedAs[state]], 0), 0)
}
