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

  notLoaded: 'This part of the page could not be loaded. It may have been updated since you opened it.',
  integrationGone: 'This integration was disconnected.',
  resolveConflicts: (conflicts: number) => `Resolve ${plural(conflicts, 'conflict')} to save.`,
  movesTooLarge: (limit: number) => `You can move up to ${formatNumber(limit)} mappings around in one save. Undo some of these moves and save in steps.`,
  /** What was done, and why the rest was not. */
  partly: ({ done, problem }: { done: string; problem: string }) => `${done} ${problem}`,
  leftUnsaved: ({ message, errors }: { message: string; errors: number }) => `${plural(errors, 'cell')} could not be saved. ${message}`,
  notSaved: ({ message, errors }: { message: string; errors: number }) =>
    errors === 1 ? `Nothing was saved. ${message}` : `Nothing was saved: ${plural(errors, 'problem')}. ${message}`,
}
