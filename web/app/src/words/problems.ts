import { formatNumber } from '../ui/format'
import { plural } from './plural'

/** What went wrong, and what to do. */
export const problems = {
  /** Obsolete once the server can be reached. */
  unreachable: {
    offline: 'You’re offline. We’ll reconnect when your connection is back.',
    away: 'Can’t reach Orgmap. Retrying…',
    offlineChange: 'You’re offline, so we don’t know whether that was saved. Your changes are still here. Try again when you’re back online.',
    awayChange: 'Couldn’t reach Orgmap, so we don’t know whether that was saved. Your changes are still here. Try again when the connection is back.',
  },
  ourFault: 'Something went wrong on our side. Try again.',
  /** By the error code of the API, whose own messages are for developers. */
  byCode: {
    UNAUTHENTICATED: 'You’ve been signed out. Sign in and try again.',
    FORBIDDEN: 'Your role doesn’t allow this. Ask an admin for access.',
    RATE_LIMITED: 'Orgmap is busy right now. Try again in a moment.',
    UNAVAILABLE: 'Orgmap is temporarily unavailable. Try again in a moment.',
  } as Readonly<Record<string, string>>,

  integrationGone: 'This integration was disconnected.',
  resolveConflicts: (conflicts: number) => `Resolve ${plural(conflicts, 'conflict')} to save.`,
  tooManyCells: (limit: number) => `You can save up to ${formatNumber(limit)} cells at once. Discard some changes, save, and make them again.`,
  notSaved: ({ message, errors }: { message: string; errors: number }) =>
    errors === 1 ? `Nothing was saved. ${message}` : `Nothing was saved: ${plural(errors, 'problem')}. ${message}`,
}
