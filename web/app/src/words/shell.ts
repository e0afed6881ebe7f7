import { formatNumber } from '../ui/format'
import { plural } from './plural'

/** The frame of every page: navigation, connection status, account menu. */
export const shell = {
  titles: {
    '/organizations': 'Organizations',
    '/organization': 'Organization',
    '/import': 'Import CSV',
    '/': 'Setup Organizations',
    '/by-tool': 'Setup Organizations by tool',
    '/history': 'History',
    '/as-of': 'Setup Organizations as of a date',
    '/sync': 'Sync status',
    '/integrations': 'Integrations',
    '/settings': 'Settings',
  },
  views: { label: 'Views of Setup Organizations', '/': 'By organization', '/by-tool': 'By tool' },
  groups: { clients: 'Clients', mapping: 'Mapping', tools: 'Tools' },
  explorer: 'API Explorer',
  pages: 'Pages',
  collapse: 'Collapse',
  expand: 'Expand',
  skipToContent: 'Skip to content',
  count: (number: number) => formatNumber(number),
  unsaved: (edits: number) => `${formatNumber(edits)} unsaved`,
  unsavedChanges: (edits: number) => `${plural(edits, 'unsaved change', 'unsaved changes')}`,
  suggestionsWaiting: (suggestions: number) => `${plural(suggestions, 'suggestion', 'suggestions')} waiting`,
  broken: (integrations: number) => `${plural(integrations, 'integration', 'integrations')} not working`,

  find: 'Go to client or page',
  findKeys: 'Ctrl K',
  findTitle: 'Go to a client or page',
  findClients: 'Clients',
  findPages: 'Pages',
  findNothing: (typed: string) => `No client or page matches “${typed}”.`,
  finding: 'Searching…',

  signedInAs: ({ account, name }: { account: string; name: string }) => `${account}: signed in as ${name}`,
  who: ({ name, role, account }: { name: string; role: string; account: string }) => `${name}, ${role} at ${account}`,
  signOut: 'Sign out',

  darkMode: 'Dark mode',
  lightMode: 'Light mode',

  connection: {
    connecting: { word: 'Connecting', explanation: 'Other people’s changes will appear once you’re connected.' },
    live: { word: 'Live', explanation: 'Other people’s changes appear automatically.' },
    lost: { word: 'Reconnecting', explanation: 'Can’t reach Orgmap right now. You’ll catch up automatically.' },
    offline: { word: 'Offline', explanation: 'Your browser is offline. Your changes are kept here until you can save them.' },
  },

  notFoundTitle: 'Page not found',
  notFound: 'There’s no page at this address. The link may be mistyped or out of date.',
  goToSetup: 'Go to Setup Organizations',
}
