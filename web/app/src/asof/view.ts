import type { Address } from '../ui/address'
import { fieldOf, momentOf } from './moments'

/** What the page shows. It is part of the address, so that it can be shared as a link and survives the Back button. */
export interface View {
  /** The moment, as a date and time field writes it; empty if the address has none. */
  at: string
  search: string
}

export function fromAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  const moment = momentOf(parameters.get('at'))
  return { at: moment === null ? '' : fieldOf(moment), search: parameters.get('q') ?? '' }
}

export function toAddress({ at, search }: View): string {
  const parameters = new URLSearchParams()
  if (search) parameters.set('q', search)
  // A colon needs no escaping, and the address stays readable.
  return [`?at=${at}`, parameters.toString()].filter(Boolean).join('&')
}

export const address: Address<View> = {
  path: '/as-of',
  read: fromAddress,
  write: toAddress,
  isStep: (before, next) => before.at !== next.at,
}
