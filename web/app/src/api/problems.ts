import { words } from '../words'

/** Why a request failed. */
export interface Failure {
  networkError?: Error | undefined
  graphQLErrors: readonly { message: string; extensions?: Record<string, unknown> }[]
}

const { unreachable, byCode, ourFault } = words.problems

/** Returns the message that a failed request shows to the user. */
export function messageFor(error: Failure | undefined, kind: 'query' | 'mutation' = 'query', online = navigator.onLine): string {
  const { extensions } = error?.graphQLErrors[0] ?? {}
  const code = typeof extensions?.code === 'string' ? extensions.code : ''
  if (error?.networkError && code === '') {
    if (kind === 'mutation') return online ? unreachable.awayChange : unreachable.offlineChange
    return online ? unreachable.away : unreachable.offline
  }
  return byCode[code] ?? ourFault
}
