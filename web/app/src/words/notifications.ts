import { formatNumber } from '../ui/format'
import { plural } from './plural'

const mostNamed = 3 // integrations named in one notification

/** What the corner of the page says about a finished action. */
export const notifications = {
  title: 'Notifications',
  showInHistory: 'Show in History',
  created: (name: string) => `Created ${name}.`,
  renamed: (name: string) => `Renamed to ${name}.`,
  reactivated: (name: string) => `Reactivated ${name}.`,
  deactivated: (name: string) => `Deactivated ${name}. This frees 1 license.`,
  willMove: ({ external, from }: { external: string; from: string }) => `“${external}” will move here from “${from}” when you save.`,
  saved: ({ changes, organizations }: { changes: number; organizations: number }) =>
    `Saved ${plural(changes, 'change')} in ${plural(organizations, 'organization')}.`,
  saveUndone: ({ changes, organizations }: { changes: number; organizations: number }) =>
    `Undone: ${plural(changes, 'change')} in ${plural(organizations, 'organization')}.`,
  accepted: (mappings: number) => `${formatNumber(mappings)} mapped.`,
  acceptanceUndone: (mappings: number) => `${plural(mappings, 'mapping')} undone.`,
  rejected: ({ external, organization }: { external: string; organization: string }) => `Rejected: “${external}” is not “${organization}”.`,
  rejectionUndone: (external: string) => `“${external}” can be suggested again.`,
  nothingToRefresh: 'Nothing to refresh: no integration is active.',
  refreshing: (names: readonly string[]) => `Refreshing ${names.length <= mostNamed ? names.join(', ') : plural(names.length, 'integration')}…`,
  connected: (names: readonly string[]) => `Connected ${names.join(', ')}.`,
  disconnected: (name: string) => `Disconnected ${name}. It can be connected again for 30 days.`,
  forgotten: (name: string) => `Disconnected ${name} and deleted its mappings.`,
  credentialsUpdated: (name: string) => `Credentials for ${name} updated.`,
  scheduled: ({ name, schedule }: { name: string; schedule: string }) => `Automatic refresh of ${name}: ${schedule.toLowerCase()}.`,
  paused: (name: string) => `Paused ${name}. Its list and mappings are kept.`,
  resumed: (name: string) => `Resumed ${name}.`,
}
