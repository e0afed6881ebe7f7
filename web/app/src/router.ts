import { Store } from './ui/store'
import { words } from './words'

const { titles, notFoundTitle } = words.shell

export type Path = keyof typeof titles

/** Returns the page at an address, or null if there is none. */
export const pageAt = (path: string): Path | null => (Object.hasOwn(titles, path) ? (path as Path) : null)

/** The current page. */
export const path = new Store<Path | null>(pageAt(location.pathname))

/** Navigates to another page. */
export function go(to: Path, search = ''): void {
  history.pushState(null, '', to + search)
  path.set(to)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

window.addEventListener('popstate', () => path.set(pageAt(location.pathname)))

export const titleOf = (page: Path | null): string => (page === null ? notFoundTitle : titles[page])
