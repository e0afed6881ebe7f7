import type { Address } from '../ui/address'
import type { Action, ChangeFilter } from './documents'

export const kinds = ['mappings', 'suggestions', 'organizations', 'imports', 'decisions', 'integrations', 'refreshes', 'settings', 'undone'] as const

/** Actions that people look for together. */
export type Kind = (typeof kinds)[number]

export const actionsOf: Record<Kind, readonly Action[]> = {
  mappings: ['MAPPINGS_SAVED', 'MAPPING_CLEARED'],
  suggestions: ['SUGGESTIONS_ACCEPTED', 'SUGGESTIONS_APPLIED'],
  organizations: ['ORGANIZATIONS_CREATED', 'ORGANIZATION_UPDATED', 'ORGANIZATIONS_DELETED', 'GROUPS_CHANGED'],
  imports: ['IMPORTED', 'CSV_APPLIED'],
  decisions: ['DECISIONS_CHANGED'],
  integrations: ['INTEGRATION_CONNECTED', 'INTEGRATION_UPDATED', 'INTEGRATION_DISCONNECTED', 'INTEGRATION_RESTORED'],
  refreshes: ['LIST_REFRESHED'],
  settings: ['PEOPLE_CHANGED', 'DEVICES_CHANGED', 'SETTINGS_CHANGED'],
  undone: ['UNDONE'],
}

/** What the page lists. It is part of the address, so that other pages can link to the history of one thing. */
export interface View {
  /** The ID of the person or token who made the changes; null: anyone. */
  actor: string | null
  /** The IDs of integrations; empty: all. */
  tools: readonly string[]
  kinds: readonly Kind[]
  /** The first and the last day, as date inputs name them; empty: unlimited. */
  from: string
  to: string
  /** The IDs of the organization and of the external organization whose history is shown. */
  organization: string | null
  external: string | null
  /** The ID of the change that is open. */
  change: string | null
}

const list = (text: string | null): string[] => text?.split(',').filter(Boolean) ?? []

const day = /^\d{4}-\d{2}-\d{2}$/

const dayOf = (text: string | null): string => (text !== null && day.test(text) && !Number.isNaN(Date.parse(text)) ? text : '')

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const named = list(parameters.get('kind'))
  return {
    actor: parameters.get('by'),
    tools: list(parameters.get('in')),
    kinds: kinds.filter((kind) => named.includes(kind)),
    from: dayOf(parameters.get('from')),
    to: dayOf(parameters.get('to')),
    organization: parameters.get('organization'),
    external: parameters.get('external'),
    change: parameters.get('change'),
  }
}

export function toAddress(view: View): string {
  const parameters = new URLSearchParams()
  if (view.actor) parameters.set('by', view.actor)
  if (view.tools.length > 0) parameters.set('in', view.tools.join(','))
  if (view.kinds.length > 0) parameters.set('kind', view.kinds.join(','))
  if (view.from) parameters.set('from', view.from)
  if (view.to) parameters.set('to', view.to)
  if (view.organization) parameters.set('organization', view.organization)
  if (view.external) parameters.set('external', view.external)
  if (view.change) parameters.set('change', view.change)
  return parameters.size === 0 ? '' : `?${parameters}`
}

export const address: Address<View> = {
  path: '/history',
  read: fromAddress,
  write: toAddress,
  // Opening a change is no step, nor is typing a date.
  isStep: (before, next) => toAddress({ ...before, from: '', to: '', change: null }) !== toAddress({ ...next, from: '', to: '', change: null }),
}

/** What the filter is without any condition. */
export const unfiltered = { actor: null, tools: [], kinds: [], from: '', to: '', organization: null, external: null } satisfies Partial<View>

export const isFiltered = (view: View): boolean =>
  view.actor !== null || view.tools.length > 0 || view.kinds.length > 0 || view.from !== '' || view.to !== '' || view.organization !== null || view.external !== null

/** Returns when a day begins here, or the day that many days later. */
function beginning(day: string, later = 0): string {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(year!, month! - 1, date! + later).toISOString()
}

/** Returns the filter that a view stands for. Days are those of the browser's time zone. */
export const filterOf = (view: View): ChangeFilter => ({
  actorIds: view.actor === null ? null : [view.actor],
  integrationIds: view.tools.length === 0 ? null : [...view.tools],
  actions: view.kinds.length === 0 ? null : view.kinds.flatMap((kind) => actionsOf[kind]),
  from: view.from === '' ? null : beginning(view.from),
  to: view.to === '' ? null : beginning(view.to, 1),
  organizationIds: view.organization === null ? null : [view.organization],
  externalOrgIds: view.external === null ? null : [view.external],
})
