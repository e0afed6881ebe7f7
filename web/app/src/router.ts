import { Store } from './ui/store'

const titles = {
  '/': 'Setup Organizations',
  '/sync': 'Sync status',
  '/integrations': 'Integrations',
}

export type Path = keyof typeof titles

/** The page that an address shows; null if there is no such page. */
export const pageAt = (path: string): Path | null => (Object.hasOwn(titles, path) ? (path as Path) : null)

/** Which page is shown. */
export const path = new Store<Path | null>(pageAt(location.pathname))

/** Shows another page. */
export function go(to: Path, search = ''): void {
  history.pushState(null, '', to + search)
  path.set(to)
  window.dispatchEvent(new PopStateEvent('popstate'))
}

window.addEventListener('popstate', () => path.set(pageAt(location.pathname)))

export const titleOf = (page: Path | null): string => (page === null ? 'Page not found' : titles[page])
