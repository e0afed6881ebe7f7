import { fromAddress, toAddress, type View } from './view'

const keyOf = (person: string) => `orgmap.organizations.${person}`

/** Returns the filters and the order that a person last used, as an address; empty if there are none. */
export function remembered(person: string): string {
  try {
    return toAddress({ ...fromAddress(localStorage.getItem(keyOf(person)) ?? ''), search: '' })
  } catch {
    return '' // the browser keeps nothing for this page
  }
}

/** Remembers the filters and the order of a view for a person. A search is not remembered. */
export function remember(person: string, view: View): void {
  try {
    localStorage.setItem(keyOf(person), toAddress({ ...view, search: '' }))
  } catch {
    // They are shown until the page is left.
  }
}
