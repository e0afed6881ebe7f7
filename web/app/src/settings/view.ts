import type { Address } from '../ui/address'

export const tabs = ['people', 'tokens', 'account'] as const

export type Tab = (typeof tabs)[number]

/** What the page shows. It is part of the address. */
export interface View {
  tab: Tab
  /** The search for people. */
  search: string
}

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const tab = tabs.find((one) => one === parameters.get('tab')) ?? 'people'
  return { tab, search: tab === 'people' ? parameters.get('q') ?? '' : '' }
}

export function toAddress({ tab, search }: View): string {
  const parameters = new URLSearchParams({ tab })
  if (tab === 'people' && search) parameters.set('q', search)
  return `?${parameters}`
}

export const address: Address<View> = {
  path: '/settings',
  read: fromAddress,
  write: toAddress,
  isStep: (before, next) => before.tab !== next.tab,
}
