import type { Viewer } from '../api/documents'
import { dismissWhere } from '../ui/notifications'
import { Store } from '../ui/store'
import { words } from '../words'

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

/** A user of an account. */
export interface Identity {
  account: string
  name: string
  role: Viewer['role']
}

/** The user that a secret signs in, and the user that this browser is signed in as now. */
export interface Preview extends Identity {
  current: (Identity & { same: boolean }) | null
}

/** Looks up whom a secret signs in. This changes nothing and does not use up a code. */
export async function preview(secret: Secret): Promise<{ preview: Preview; problem: null } | { preview: null; problem: string }> {
  const response = await post('/session/preview', secret)
  if (typeof response === 'string') return { preview: null, problem: response }
  if (!response.ok) return { preview: null, problem: rejection(response.status, secret) }
  return { preview: (await response.json()) as Preview, problem: null }
}

/** Exchanges a secret for the session cookie. Returns an error message, or null. */
export async function signIn(secret: Secret): Promise<string | null> {
  const response = await post('/session', secret)
  if (typeof response === 'string') return response
  if (!response.ok) return rejection(response.status, secret)
  // Problems of the last session are obsolete.
  dismissWhere(({ kind }) => kind === 'problem')
  session.set('in')
  return null
}

async function post(path: string, secret: Secret): Promise<Response | string> {
  try {
    return await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(secret) })
  } catch {
    return navigator.onLine ? words.session.unreachable : words.session.offline
  }
}

function rejection(status: number, secret: Secret): string {
  if (status === 429) return words.session.tooManyAttempts
  if (status >= 500) return words.session.ourFault
  if ('code' in secret) return words.session.badLink
  return words.session.badToken
}

/** Ends the session and goes to the identity provider's sign-out page. Leaving the page discards the data in memory. */
export async function signOut(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE' }).catch(() => null)
  const body = response?.status === 200 ? ((await response.json().catch(() => null)) as { next?: string } | null) : null
  location.assign(body?.next ?? '/')
}

interface Description {
  /** Whether users can sign in with an identity provider. */
  oidc: boolean
  signedIn: boolean
}

/** Returns this browser's session as the server knows it; null if the server does not respond. */
export async function describe(): Promise<Description | null> {
  try {
    const response = await fetch('/session', { headers: { Accept: 'application/json' } })
    return response.ok ? ((await response.json()) as Description) : null
  } catch {
    return null
  }
}
