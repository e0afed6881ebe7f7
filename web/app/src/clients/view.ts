import type { Address } from '../ui/address'
import { anyOf, chosenIn, hasOne } from '../ui/choosing'
import type { Filter, OrderBy } from './documents'

export const statuses = ['active', 'deactivated', 'all'] as const

export type Status = (typeof statuses)[number]

export const orders = ['name', 'nameDescending', 'newest', 'oldest'] as const

export type Order = (typeof orders)[number]

/** What the page lists. It is part of the address, so that it can be shared as a link and survives the Back button. */
export interface View {
  search: string
  status: Status
  /** The IDs of groups; organizations in any of them are listed. */
  groups: readonly string[]
  /** The IDs of people. */
  engineers: readonly string[]
  vcios: readonly string[]
  /** The IDs of integrations; organizations without a mapping in one of them are listed. */
  unmapped: readonly string[]
  order: Order
}

/** A list as the API is asked for it. */
export interface List {
  search: string | null
  filter: Filter
  orderBy: OrderBy
}

export const unfiltered = { status: 'active', groups: [], engineers: [], vcios: [], unmapped: [] } as const satisfies Partial<View>

/** Reports whether the view leaves organizations out, apart from a search. */
export const isFiltered = ({ status, groups, engineers, vcios, unmapped }: View): boolean => status !== 'active' || [groups, engineers, vcios, unmapped].some((ids) => ids.length > 0)

const orderBy: Record<Order, NonNullable<OrderBy>> = {
  name: { field: 'NAME', direction: 'ASC' },
  nameDescending: { field: 'NAME', direction: 'DESC' },
  newest: { field: 'CREATED_AT', direction: 'DESC' },
  oldest: { field: 'CREATED_AT', direction: 'ASC' },
}

const lists = { group: 'groups', engineer: 'engineers', vcio: 'vcios', unmapped: 'unmapped' } as const

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const ids = (name: keyof typeof lists) => chosenIn(parameters.get(name))
  return {
    search: parameters.get('q') ?? '',
    status: statuses.find((one) => one === parameters.get('status')) ?? 'active',
    groups: ids('group'), engineers: ids('engineer'), vcios: ids('vcio'), unmapped: ids('unmapped'),
    order: orders.find((one) => one === parameters.get('order')) ?? 'name',
  }
}

export function toAddress(view: View): string {
  const parameters = new URLSearchParams()
  if (view.search) parameters.set('q', view.search)
  if (view.status !== 'active') parameters.set('status', view.status)
  for (const [name, field] of Object.entries(lists)) if (view[field].length > 0) parameters.set(name, view[field].join(','))
  if (view.order !== 'name') parameters.set('order', view.order)
  return parameters.size === 0 ? '' : `?${parameters}`
}

export const address: Address<View> = {
  path: '/organizations',
  read: fromAddress,
  write: toAddress,
  isStep: (before, next) => toAddress({ ...before, search: '' }) !== toAddress({ ...next, search: '' }),
}

/** Returns the list that a view stands for. */
export function listOf({ search, status, groups, engineers, vcios, unmapped, order }: View): List {
  return {
    search: search || null,
    filter: {
      active: status === 'all' ? null : status === 'active',
      groupIds: anyOf(groups), hasGroup: hasOne(groups),
      engineerIds: anyOf(engineers), hasEngineer: hasOne(engineers),
      vcioIds: anyOf(vcios), hasVcio: hasOne(vcios),
      unmappedIn: anyOf(unmapped),
    },
    orderBy: orderBy[order],
  }
}
