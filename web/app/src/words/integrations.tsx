import { formatNumber } from '../ui/format'
import { outOf, plural } from './plural'

interface Used {
  used: number
  limit: number
}

/** The Integrations page and its dialogs. */
export const integrations = {
  explanation: 'Each integration is a column on Setup Organizations.',
  adminsOnly: 'Only admins can connect or change integrations.',
  limits: ({ integrations: connected, externalOrganizations }: { integrations: Used; externalOrganizations: Used }) =>
    `This account uses ${outOf(connected.used, connected.limit)} integrations and ${outOf(externalOrganizations.used, externalOrganizations.limit)} listed organizations.`,

  card: {
    application: 'Application',
    throughKaseyaOne: (application: string) => `${application} (through KaseyaOne)`,
    address: 'Address',
    organizations: 'Organizations',
    counts: ({ total, mapped, removed }: { total: number; mapped: number; removed: number }) =>
      `${formatNumber(total)}, ${formatNumber(mapped)} mapped${removed > 0 ? `, ${formatNumber(removed)} removed` : ''}`,
    lastRefresh: 'Last refresh',
    inProgress: 'in progress',
    never: 'never',
    automaticRefresh: 'Automatic refresh',
    test: 'Test',
    testLabel: (name: string) => `Test ${name}: refresh its list now`,
    renameLabel: (name: string) => `Rename ${name}`,
    newCredentials: 'New credentials',
    newCredentialsLabel: (name: string) => `New credentials for ${name}`,
    pauseLabel: (name: string) => `Pause ${name}`,
    resumeLabel: (name: string) => `Resume ${name}`,
    disconnectLabel: (name: string) => `Disconnect ${name}`,
  },

  form: {
    application: 'Application',
    choose: 'Choose…',
    noApplication: 'No application matches.',
    modular: 'One connection adds a column for each KaseyaOne module that lists organizations.',
    name: 'Name (optional)',
    prefixHelp: 'Optional prefix for the module column names.',
    nameHelp: (application: string) => `The column’s name. If empty, it’s “${application}”, with a number if that name is taken.`,
    region: 'Region',
    regionAt: ({ region, address }: { region: string; address: string }) => `${region} (${address})`,
    otherAddress: 'Another address',
    address: 'Address',
    addressExample: 'https://…',
    optional: (label: string) => `${label} (optional)`,
    again: (name: string) => `Connect ${name} again`,
    againExplained: ({ mappings }: { mappings: number }) =>
      `Its column comes back with ${plural(mappings, 'mapping')}, except those whose organization has been deleted. Organizations that the tool no longer lists are marked as removed.`,
    againNameHelp: (name: string) => `The column’s name. If empty, it’s “${name}” again, unless that name is taken.`,
    testsCredentials: 'We’ll test these credentials now, then store them encrypted. They’re never shown again.',
  },

  disconnected: {
    title: 'Disconnected',
    explanation: 'These integrations can be connected again with their mappings.',
    about: ({ application, mappings }: { application: string; mappings: number }) => `${application} · ${plural(mappings, 'mapping')}`,
    by: ({ name, date, until }: { name: string; date: string; until: string }) => `Disconnected by ${name} on ${date}. Can be connected again until ${until}.`,
    connectAgain: 'Connect again…',
    connectAgainLabel: (name: string) => `Connect again… ${name}`,
  },

  rename: {
    title: (name: string) => `Rename ${name}`,
    name: 'Name',
  },

  credentials: {
    title: (name: string) => `New credentials for ${name}`,
    explanation: (address: string) => `Enter all credentials again. We’ll test them with ${address} before replacing the old ones.`,
    sharedSignIn: 'KaseyaOne has one sign-in for all its modules, so this changes all of them.',
    submit: 'Test and save',
  },

  disconnect: {
    title: (name: string) => `Disconnect ${name}`,
    warning: ({ organizations, mappings }: { organizations: number; mappings: number }) => (
      <>
        Its column disappears, with {plural(organizations, 'organization')} and <strong>{plural(mappings, 'mapping')}</strong>. Its credentials are deleted now.
        {' '}To stop refreshing only, pause it instead.
      </>
    ),
    keeps: 'For 30 days, you can connect it again with its mappings, unless you delete everything now.',
    forget: 'Delete everything now',
    forgetExplained: 'Its list and its mappings are deleted for good. Connecting it again starts with an empty column.',
    moduleStays: 'Other KaseyaOne modules stay. This one won’t come back automatically.',
    confirm: (name: string) => <>Type “<strong>{name}</strong>” to confirm</>,
  },
}
