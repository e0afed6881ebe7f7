import { type AnyVariables, Client, type DocumentInput, fetchExchange, stringifyDocument, subscriptionExchange, type TypedDocumentNode } from 'urql'
import { createClient } from 'graphql-ws'

import { session } from '../session/session'
import { dismissWhere } from '../ui/notifications'
import { Store } from '../ui/store'
import { words } from '../words'
import { cache } from './cache'
import { orderExchange } from './order'
import { type Failure, messageFor } from './problems'
import { retryExchange } from './retry'

/** Whether changes arrive live. Offline means that the browser itself is offline; every other state is about the server. */
export const connection = new Store<'connecting' | 'live' | 'lost' | 'offline'>(navigator.onLine ? 'connecting' : 'offline')

const endpoint = '/graphql'
const maxRetryDelay = 5_000 // milliseconds between two attempts to reconnect: changes must appear within five seconds

const socketAddress = () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${endpoint}`

const socket = createClient({
  url: socketAddress(),
  keepAlive: 10_000,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  retryWait: (retries) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(maxRetryDelay, 300 * 2 ** retries) * (0.7 + Math.random() * 0.3))),
  on: {
    connected: () => {
      if (!navigator.onLine) return // a connection to the same machine can work offline: trust the browser
      connection.set('live')
      const obsolete: readonly string[] = Object.values(words.problems.unreachable)
      dismissWhere(({ text }) => obsolete.includes(text))
    },
    closed: () => {
      connection.set(navigator.onLine ? 'lost' : 'offline')
      if (navigator.onLine) void probe()
    },
  },
})

window.addEventListener('offline', () => connection.set('offline'))
window.addEventListener('online', () => {
  connection.set('lost')
  socket.terminate() // it may look open although nothing gets through: reconnect at once
})

/** Asks who is signed in, to tell an unreachable server from an expired session: a WebSocket reports neither. */
async function probe() {
  try {
    await sessionFetch(endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
  } catch {
    // The server is unreachable: the WebSocket retries.
  }
}

const sessionFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (response.status === 401) session.set('out')
  return response
}

interface ResumablePayload {
  query: string
  variables: Record<string, unknown>
}

/** The page's only client. */
export const client = new Client({
  url: endpoint,
  preferGetMethod: false,
  fetch: sessionFetch,
  fetchOptions: { credentials: 'same-origin' },
  exchanges: [
    cache,
    orderExchange,
    retryExchange,
    subscriptionExchange({
      forwardSubscription: (operation) => ({
        subscribe: (sink) => {
          // The WebSocket sends this object again when it reconnects, so the cursor in it must always be the last one seen.
          const payload: ResumablePayload = { query: operation.query ?? '', variables: { ...operation.variables } }
          const unsubscribe = socket.subscribe(payload, {
            next: (result) => {
              const cursor = (result.data as { accountChanges?: { cursor?: string } } | null)?.accountChanges?.cursor
              if (cursor !== undefined) payload.variables.after = cursor
              sink.next(result as never)
            },
            error: (error) => sink.error(error),
            complete: () => sink.complete(),
          })
          return { unsubscribe }
        },
      }),
    }),
    fetchExchange,
  ],
})

/** The result of a request: its data, or a message that says what went wrong. */
export type RequestResult<Data> = { data: Data; problem: null } | { data: null; problem: string }

/** Sends a mutation, or a query that bypasses the cache. */
export async function request<Data, Variables extends AnyVariables>(
  kind: 'query' | 'mutation',
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<RequestResult<Data>> {
  const result = await (kind === 'mutation'
    ? client.mutation(document, variables)
    : client.query(document, variables, { requestPolicy: 'network-only' })
  ).toPromise()
  if (result.data && !result.error) return { data: result.data, problem: null }
  return { data: null, problem: messageFor(result.error, kind) }
}

/** Sends an operation whose response is not cached: for long lists, and for secrets. Returns its data, or what went wrong. */
export async function requestUncached<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>, variables: Variables,
): Promise<{ data: Data; error: null } | { data: null; error: Failure }> {
  try {
    const response = await sessionFetch(endpoint, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: stringifyDocument(document), variables }),
    })
    const { data, errors = [] } = (await response.json()) as { data?: Data | null; errors?: Failure['graphQLErrors'] }
    return data && errors.length === 0 ? { data, error: null } : { data: null, error: { graphQLErrors: errors } }
  } catch (error) {
    return { data: null, error: { networkError: error instanceof Error ? error : new Error(String(error)), graphQLErrors: [] } }
  }
}
