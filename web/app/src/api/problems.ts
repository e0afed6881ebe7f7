interface Failure {
  networkError?: Error | undefined
  graphQLErrors: readonly { message: string; extensions?: Record<string, unknown> }[]
}

/** The messages about an unreachable server: they are obsolete once it can be reached. */
export const unreachable = {
  offline: 'You’re offline. We’ll reconnect when your connection is back.',
  away: 'Can’t reach Orgmap. Retrying…',
  offlineChange: 'You’re offline, so we don’t know whether that was saved. Your changes are still here. Try again when you’re back online.',
  unanswered: 'Couldn’t reach Orgmap, so we don’t know whether that was saved. Your changes are still here. Try again when the connection is back.',
}

const ourFault = 'Something went wrong on our side. Try again.'

/** The message for each error code of the API, whose own messages are for developers. */
const sentences: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'You’ve been signed out. Sign in and try again.',
  FORBIDDEN: 'Your role doesn’t allow this. Ask an admin for access.',
  RATE_LIMITED: 'Orgmap is busy right now. Try again in a moment.',
  UNAVAILABLE: 'Orgmap is temporarily unavailable. Try again in a moment.',
}

/** Returns the message that a failed request shows to the user. */
export function inWords(error: Failure | undefined, kind: 'query' | 'mutation' = 'query', online = navigator.onLine): string {
  const { extensions } = error?.graphQLErrors[0] ?? {}
  const code = typeof extensions?.code === 'string' ? extensions.code : ''
  if (error?.networkError && code === '') {
    if (kind === 'mutation') return online ? unreachable.unanswered : unreachable.offlineChange
    return online ? unreachable.away : unreachable.offline
  }
  return sentences[code] ?? ourFault
}
