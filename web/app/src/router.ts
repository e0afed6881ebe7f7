import { Store } from './ui/store'

export type Path = '/' | '/sync' | '/integrations'

const titles: Record<Path, string> = {
  '/': 'Setup Organizations',
  '/sync': 'Sync status',
  '/integrations': 'Integrations',
}

const known = (path: string): Path => (path in titles ? (path as Path) : '/')

/** Which page is shown. */
export const path = new Store<Path>(known(location.pathname))

/** Shows another page. */
export function go(to: Path, search = ''): void {
  history.pushState(null, '', to + search)
  path.set(known(to))
  window.dispatchEvent(new PopStateEvent('popstate'))
}

window.addEventListener('popstate', () => path.set(known(location.pathname)))

export function titleOf(page: Path): string {
  return titles[page]
}
