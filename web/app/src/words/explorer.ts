import { formatNumber } from '../ui/format'
import { plural } from './plural'

/** The explorer's own texts. GraphiQL brings its own. */
export const explorer = {
  title: 'Explorer',
  product: 'Orgmap',
  examples: 'Examples',

  forAdmins: { title: 'The explorer is for admins', text: 'You can use the API, but only admins can read its schema. Ask an admin for access.' },
  signedOut: { title: 'Sign in to use the explorer', text: 'The explorer uses the same session as the other pages. Sign in there, then come back.' },
  unreachable: { title: 'Can’t reach Orgmap', text: 'Check your connection and try again.' },
  offline: { title: 'You’re offline', text: 'Try again when your connection is back.' },
  goToSetup: 'Go to Setup Organizations',

  cost: ({ actual, limit }: { actual: number; limit: number }) => `Cost ${formatNumber(actual)} of ${formatNumber(limit)}`,
  statements: (n: number) => plural(n, 'SQL statement'),
  separator: ' · ',

  /** The title of each example, and the comment above its operation. */
  example: {
    whoAmI: { title: 'Who am I', comment: 'The authenticated user or token, and the plan’s limit.' },
    organizations: { title: 'Organizations and their mappings', comment: 'A page of the grid: organizations and their mappings.' },
    integrations: { title: 'Integrations and what is left to map', comment: 'Every integration, its state, and its first unmapped external organizations.' },
    create: {
      title: 'Create an organization',
      comment: 'Uses 1 organization of your plan. Expected failures come back as userErrors.',
      name: 'An example from the explorer',
    },
    preview: { title: 'Preview an import', comment: 'Changes nothing: each candidate comes with what importing it would do.' },
    refresh: { title: 'Refresh everything', comment: 'Joins refreshes that are already running. Watch them with the next example.' },
    watchRefreshes: { title: 'Subscribe to refreshes', comment: 'A subscription over a WebSocket. It starts with the current state of each run.' },
    watchChanges: {
      title: 'Subscribe to account changes',
      comment: 'Every committed change, in order, once. Pass its cursor as "after" to resume where you left off.',
    },
    recent: { title: 'Recent refreshes', comment: 'Newest first, with what went wrong.' },
  },
}
