import { form, plural } from './plural'

/** Signing in and out. */
export const session = {
  tagline: 'Match your clients across every tool you use.',
  withProvider: 'Sign in with SSO',
  orWithToken: 'or with a token',
  token: 'Token',
  tokenHelp: 'You’ll find it in the terminal where Orgmap was started, or ask your administrator for one.',
  tokenExample: 'orgmap_…',
  signedOut: ({ unsaved }: { unsaved: boolean }) => `You’ve been signed out. Sign in to continue${unsaved ? '; your unsaved changes are still here' : ''}.`,

  checkingLink: 'Checking the sign-in link…',
  signInTo: (account: string) => `Sign in to ${account}?`,
  onlyIfAsked: 'Continue only if you asked for this link.',
  willBe: ({ account, name, role }: { account: string; name: string; role: string }) => (
    <>You’ll be signed in to <strong>{account}</strong> as <strong>{name}</strong> ({role}).</>
  ),
  alreadySignedIn: 'You’re already signed in to this account.',
  replaces: ({ account, name }: { account: string; name: string }) => (
    <>This replaces your session at <strong>{account}</strong>, where you’re signed in as <strong>{name}</strong>.</>
  ),
  losesUnsaved: 'Your unsaved changes there will be lost.',

  leaving: {
    title: 'Sign out?',
    deletes: (changes: number) => `Signing out deletes ${plural(changes, 'unsaved change')} from this browser. Save ${form(changes, 'it', 'them')} first to keep ${form(changes, 'it', 'them')}.`,
    leave: 'Delete and sign out',
  },

  unreachable: 'Can’t reach Orgmap. Check your connection and try again.',
  offline: 'You’re offline. Try again when your connection is back.',
  ourFault: 'Sign-in failed on our side. Try again in a moment.',
  tooManyAttempts: 'Too many attempts. Wait a minute and try again.',
  badLink: 'That link doesn’t work anymore. It may have been used already or have expired; ask for a new one.',
  badToken: 'That token doesn’t work. It may be mistyped, expired or revoked.',
}
