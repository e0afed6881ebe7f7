import { settle } from '../ui/announce'
import { Store } from '../ui/store'

/** Whether this browser is signed in, as far as the page knows. */
export const session = new Store<'unknown' | 'in' | 'out'>('unknown')

/** What a user can sign in with: a token, or the code of a sign-in link, which works once. */
export type Secret = { token: string } | { code: string }

/**
 * Takes the secret out of a sign-in link and removes it from the address bar before anything else can see it, even if the link
 * cannot be parsed.
 */
export function takeSecretFromAddress(): Secret | null {
  const secret = secretIn(location.hash)
  if (secret !== null) history.replaceState(null, '', location.pathname + location.search)
  return secret
}

/** Returns the secret in the fragment of a sign-in link. Invalid percent-encoding is kept as it is. */
export function secretIn(hash: string): Secret | null {
  const link = /^#(token|code)=(.*)$/s.exec(hash)
  if (!link) return null
  let value = link[2]!
  try {
    value = decodeURIComponent(value)
  } catch {
    // A bare %: the server will say that it does not know this secret.
  }
  return link[1] === 'code' ? { code: value } : { token: value }
}

/** A user of an account, as a sign-in link and the session describe them. */
export interface Holder {
  account: string
  name: string
  role: string
}

/** The user that a secret signs in, and the user that this browser is signed in as now. */
export interface Preview extends Holder {
  current: (Holder & { same: boolean }) | null
}

const unreachable = 'Can’t reach Orgmap. Check your connection and try again.'
const offline = 'You’re offline. Try again when your connection is back.'
const ourFault = 'Sign-in failed on our side. Try again in a moment.'

/** Asks whom a secret signs in. This changes nothing and does not use up a code. */
export async function preview(secret: Secret): Promise<{ preview: Preview; problem: null } | { preview: null; problem: string }> {
  const response = await post('/session/preview', secret)
  if (typeof response === 'string') return { preview: null, problem: response }
  if (!response.ok) return { preview: null, problem: refusal(response.status, secret) }
  return { preview: (await response.json()) as Preview, problem: null }
}

/** Exchanges a secret for the session cookie. Returns an error message, or null. */
export async function signIn(secret: Secret): Promise<string | null> {
  const response = await post('/session', secret)
  if (typeof response === 'string') return response
  if (!response.ok) return refusal(response.status, secret)
  // Problems of the last session are obsolete.
  settle(({ kind }) => kind === 'problem')
  session.set('in')
  return null
}

async function post(path: string, secret: Secret): Promise<Response | string> {
  try {
    return await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(secret) })
  } catch {
    return navigator.onLine ? unreachable : offline
  }
}

function refusal(status: number, secret: Secret): string {
  if (status === 429) return 'Too many attempts. Wait a minute and try again.'
  if (status >= 500) return ourFault
  if ('code' in secret) return 'That link doesn’t work any more. It may have been used already or have expired; ask for a new one.'
  return 'That token doesn’t work. It may be mistyped, expired or revoked.'
}

/** Ends the session and goes to the identity provider's sign-out page. Leaving the page discards the data in memory. */
export async function signOut(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE' }).catch(() => null)
  const answer = response?.status === 200 ? ((await response.json().catch(() => null)) as { next?: string } | null) : null
  location.assign(answer?.next ?? '/')
}

interface Description {
  /** Whether users can sign in with an identity provider. */
  oidc: boolean
  signedIn: boolean
}

/** Returns what the server says about this browser's session; null if it does not answer. */
export async function describe(): Promise<Description | null> {
  try {
    const response = await fetch('/session', { headers: { Accept: 'application/json' } })
    return response.ok ? ((await response.json()) as Description) : null
  } catch {
    return null
  }
}
