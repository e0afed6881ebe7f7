import type { Viewer } from '../api/documents'
import type { Expiry } from '../settings/tokens'
import type { Tab } from '../settings/view'
import { formatDate, formatNumber } from '../ui/format'
import { outOf, plural } from './plural'

type Role = Viewer['role']

const roles: Record<Role, string> = { VIEWER: 'Viewer', EDITOR: 'Editor', ADMIN: 'Admin' }

const tabs: Record<Tab, string> = { people: 'People', tokens: 'API tokens', account: 'Account' }

const expiries: Record<Expiry, string> = { month: 'In 30 days', quarter: 'In 90 days', year: 'In 1 year', never: 'Never', date: 'On a date…' }

/** The organizations of someone who is assigned to them, as a part of a sentence; null: none. */
function assigned({ engineer, vcio }: { engineer: number; vcio: number }): string | null {
  const parts = [
    ...(engineer > 0 ? [`engineer of ${plural(engineer, 'organization')}`] : []),
    ...(vcio > 0 ? [`vCIO of ${plural(vcio, 'organization')}`] : []),
  ]
  return parts.length === 0 ? null : parts.join(' and ')
}

/** Settings: people, API tokens and the account. */
export const settings = {
  tabsLabel: 'Settings',
  tabs,
  roles,
  rolesExplained: {
    VIEWER: 'Can look at everything, and change nothing.',
    EDITOR: 'Can also create organizations, map, import, undo and refresh.',
    ADMIN: 'Can also manage integrations, people, API tokens and this account.',
  } satisfies Record<Role, string>,

  people: {
    explanation: 'Everyone who has signed in, or was added before that.',
    explanationForAdmins: 'Everyone who has signed in, or was added before that. Roles come from your identity provider unless you set one.',
    viewOnly: 'Only admins can add, change or block people.',
    search: 'Search people',
    searchByName: 'Name…',
    searchByEmail: 'Name or email…',
    add: 'Add a person',
    table: 'People',
    columns: { name: 'Name', email: 'Email', role: 'Role', engineer: 'Engineer of', vcio: 'vCIO of', signedIn: 'Last signed in', access: 'Access', actions: 'Actions' },
    you: 'you',
    noEmail: 'Not known',
    noRole: 'None until the first sign-in',
    role: ({ role, assigned: isAssigned }: { role: Role; assigned: boolean }) => ({ role: roles[role], source: isAssigned ? 'set by an admin' : 'from the identity provider' }),
    engineerOf: ({ name, organizations }: { name: string; organizations: number }) => `${plural(organizations, 'organization')} with ${name} as engineer`,
    vcioOf: ({ name, organizations }: { name: string; organizations: number }) => `${plural(organizations, 'organization')} with ${name} as vCIO`,
    never: 'Never',
    allowed: 'Allowed',
    blocked: 'Blocked',
    edit: 'Edit',
    editLabel: (name: string) => `Edit ${name}`,
    block: 'Block',
    blockLabel: (name: string) => `Block ${name}`,
    unblock: 'Unblock',
    unblockLabel: (name: string) => `Unblock ${name}`,
    showing: ({ shown, total }: { shown: number; total: number }) => (shown === total ? plural(total, 'person', 'people') : `Showing ${outOf(shown, total)} people`),
    showMore: 'Show more',
    empty: 'Nobody has signed in yet, and nobody was added.',
    noMatches: (search: string) => `No people match “${search}”.`,
  },

  person: {
    add: 'Add a person',
    edit: (name: string) => `Edit ${name}`,
    name: 'Name',
    email: 'Email (optional)',
    emailHelp: 'Whoever signs in with this address becomes this person. Without one, nobody can.',
    fromProvider: 'Comes from your identity provider. Change it there.',
    role: 'Role',
    fromIdentityProvider: 'From the identity provider',
    fromIdentityProviderExplained: 'What your identity provider says at each sign-in.',
    submitAdd: 'Add',
    added: (name: string) => `Added ${name}.`,
    saved: (name: string) => `Saved ${name}.`,
    gone: 'This person is no longer a part of the account.',
  },

  block: {
    title: (name: string) => `Block ${name}?`,
    ends: 'All their access ends at once: they are signed out everywhere and cannot sign in until somebody unblocks them. API tokens that they created keep working.',
    keeps: (counts: { engineer: number; vcio: number }) => {
      const what = assigned(counts)
      return what === null ? 'History keeps their name.' : `They stay the ${what}, and history keeps their name.`
    },
    yourself: 'This is you: you will be signed out now.',
    done: (name: string) => `Blocked ${name}. All their access has ended.`,
    unblocked: (name: string) => `Unblocked ${name}. They can sign in again.`,
  },

  tokens: {
    explanation: 'For scripts and other programs. A token acts under its own name and role.',
    adminsOnly: 'Only admins can see, create and revoke API tokens.',
    adminsOnlyHelp: 'If a script needs one, ask an admin to create it.',
    create: 'Create a token',
    table: 'API tokens, newest first',
    columns: { name: 'Name', role: 'Role', created: 'Created', expires: 'Expires', used: 'Last used', status: 'Status', actions: 'Actions' },
    created: ({ time, by }: { time: string; by: string | null }) => `${time}, ${by === null ? 'at the command line' : `by ${by}`}`,
    never: 'Never',
    expiresOn: (time: string) => formatDate(time),
    expiresIn: (days: number) => (days === 0 ? 'within 24 hours' : `in ${plural(days, 'day')}`),
    withinAnHour: 'Within the last hour',
    status: { valid: 'Valid', expired: 'Expired', revoked: 'Revoked' },
    revoke: 'Revoke',
    revokeLabel: (name: string) => `Revoke ${name}`,
    empty: 'No API tokens yet.',
  },

  token: {
    title: 'Create a token',
    name: 'Name',
    nameHelp: 'History shows it as the author of what the token does.',
    role: 'Role',
    expires: 'Expires',
    expiries,
    date: 'Last day',
    submit: 'Create',
    unknown: ({ name, problem }: { name: string; problem: string }) => `${problem} The token may have been created. Close this dialog and look for “${name}” at the top of the list of tokens: if it is there, revoke it, since its secret cannot be shown again, and create another one.`,
    offline: 'You’re offline, so we don’t know whether that was done.',
    away: 'Couldn’t reach Orgmap, so we don’t know whether that was done.',
    noSecret: 'The token was created, but its secret did not arrive. Revoke it and create another one.',
    createdTitle: (name: string) => `${name} was created`,
    once: 'Copy this token now. It is shown only once: Orgmap stores no copy of it.',
    safe: 'Whoever has it can act with its role. Keep it in a password manager or a secret store.',
    secret: 'Token',
    example: 'Try it in a terminal',
    command: ({ secret, origin }: { secret: string; origin: string }) =>
      `curl ${origin}/graphql -H 'Authorization: Bearer ${secret}' -H 'Content-Type: application/json' -d '{"query":"{ viewer { name role } }"}'`,
    copyToken: 'Copy token',
    copyExample: 'Copy command',
    copied: 'Copied',
    copyByHand: 'Your browser did not let us copy. The text is selected: press Ctrl+C, or ⌘C on a Mac.',
  },

  revoke: {
    title: (name: string) => `Revoke ${name}?`,
    stops: (role: Role) => `Programs that use this token stop working at once, and people who signed in with it are signed out. It has the role ${roles[role]}.`,
    used: (when: string) => `Last used: ${when}.`,
    neverUsed: 'It has never been used.',
    forGood: 'A revoked token cannot be used again. Create another one instead.',
    done: (name: string) => `Revoked ${name}.`,
  },

  account: {
    viewOnly: 'Only admins can change these settings.',
    form: 'Account settings',
    name: 'Name',
    nameHelp: 'Shown to everyone in this account.',
    timeZone: 'Time zone',
    timeZoneHelp: 'Decides when a day ends.',
    noZone: 'No time zone matches.',
    now: (time: string) => `Now: ${time}`,
    changed: (value: string) => `Somebody else has changed this to “${value}”.`,
    saved: 'Saved the account settings.',
    reset: 'Discard changes',
    limitsTitle: 'Plan and limits',
    limitsHelp: 'Only the operator of Orgmap can change these.',
    plan: 'Plan',
    renews: 'Renews',
    renewsUnknown: 'Not known',
    organizations: 'Organizations',
    organizationsHelp: 'Deactivated organizations don’t count.',
    integrations: 'Integrations',
    integrationsHelp: 'Each KaseyaOne module counts as one.',
    externalOrganizations: 'Listed organizations',
    externalOrganizationsHelp: 'In all integrations, including removed ones.',
    history: 'History',
    historyHelp: 'Older changes are deleted for good.',
    months: (months: number | null) => (months === null ? 'Kept without limit' : `Kept for ${plural(months, 'month')}`),
    begins: (time: string) => `Begins ${formatDate(time)}`,
    used: ({ used, limit }: { used: number; limit: number }) => `${outOf(used, limit)} used`,
    unlimited: (used: number) => `${formatNumber(used)} used, no limit`,
    left: (left: number) => `${formatNumber(left)} left`,
    full: 'Limit reached',
  },
}
