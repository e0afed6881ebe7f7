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

/** Follows a link of the page without loading it again, unless the click opens it elsewhere. */
export function follow(event: Click, to: Path, search = ''): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  go(to, search)
}

type Click = Pick<MouseEvent, 'metaKey' | 'ctrlKey' | 'shiftKey' | 'button' | 'preventDefault'>

window.addEventListener('popstate', () => path.set(pageAt(location.pathname)))

export const titleOf = (page: Path | null): string => (page === null ? notFoundTitle : titles[page])
