import { Store } from '../ui/store'

/** Whether this browser is signed in, as far as is known. */
export const session = new Store<'unknown' | 'in' | 'out'>('unknown')

const fragment = '#token='

/** Takes the token out of a sign-in link, and out of the address bar before anything else can see it. */
export function takeTokenFromAddress(): string | null {
  if (!location.hash.startsWith(fragment)) return null
  const token = decodeURIComponent(location.hash.slice(fragment.length))
  history.replaceState(null, '', location.pathname + location.search)
  return token
}

/** Trades a token for the session cookie. Returns what is wrong, in words, or null. */
export async function signIn(token: string): Promise<string | null> {
  let response: Response
  try {
    response = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: token.trim() }),
    })
  } catch {
    return 'Orgmap does not answer. Is the server running?'
  }
  if (response.ok) {
    session.set('in')
    return null
  }
  const answer = (await response.json().catch(() => null)) as { errors?: { message: string }[] } | null
  return answer?.errors?.[0]?.message ?? `Signing in failed with status ${response.status}.`
}

/** Gives the cookie back, and goes on to where the identity provider ends its own session. What is in memory goes with the page. */
export async function signOut(): Promise<void> {
  const response = await fetch('/session', { method: 'DELETE' }).catch(() => null)
  const answer = response?.status === 200 ? ((await response.json().catch(() => null)) as { next?: string } | null) : null
  location.assign(answer?.next ?? '/')
}

interface Description {
  /** Whether people can sign in at an identity provider. */
  oidc: boolean
  signedIn: boolean
}

/** What the server says about this browser's session; null where it does not answer. */
export async function describe(): Promise<Description | null> {
  try {
    const response = await fetch('/session', { headers: { Accept: 'application/json' } })
    return response.ok ? ((await response.json()) as Description) : null
  } catch {
    return null
  }
}
