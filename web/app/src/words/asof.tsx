import { formatDate, formatDateTime, formatMoment } from '../ui/format'
import { outOf } from './plural'

type State = 'deactivated' | 'reactivated' | 'deleted'

const states: Record<State, string> = { deactivated: 'deactivated since', reactivated: 'reactivated since', deleted: 'deleted since' }

const renamed = (name: string) => `renamed since: now ${name}`

/** Setup Organizations as of a date. These texts are loaded together with the page that shows them. */
export const asOf = {
  band: {
    label: 'As of a date',
    moment: (at: string) => <><strong>As of {formatMoment(at)}.</strong> Read only: nothing here can be changed.</>,
    noMoment: 'Choose a date and time.',
    earlier: 'Previous day',
    later: 'Next day',
    input: 'Date and time',
    back: 'Back to today',
    backKey: 'Esc',
  },

  search: 'Search organizations',
  searchPlaceholder: 'Search organizations…',

  grid: {
    label: (at: string) => `Organizations and their mappings as of ${formatMoment(at)}`,
    nameColumn: 'Organization Name',
    disconnected: 'disconnected since',
    empty: 'There were no organizations yet.',
    noMatches: (search: string) => `No organizations had a name with “${search}”.`,
  },

  row: {
    deactivated: 'Deactivated',
    since: ({ renamed: name, state }: { renamed: string | null; state: State | null }) =>
      [name !== null && renamed(name), state !== null && states[state]].filter(Boolean).join(', '),
  },

  cell: {
    label: ({ organization, integration, content }: { organization: string; integration: string; content: string }) => `${organization}, ${integration}: ${content}`,
    notMapped: 'Not mapped',
    more: (n: number) => `+${n}`,
    differs: (now: readonly string[]) => `Differs from today. Today: ${now.length === 0 ? 'Not mapped' : now.join(', ')}. Enter leads to the change.`,
    differsWithout: 'Differs from today. The integration was disconnected. Enter leads to the change.',
    differsDeleted: 'Differs from today. The organization was deleted. Enter leads to the change.',
  },

  card: {
    label: (about: string) => `What changed: ${about}`,
    about: ({ organization, integration }: { organization: string; integration: string | null }) =>
      (integration === null ? organization : `${organization}, ${integration}`),
    then: formatDate,
    today: 'Today',
    disconnected: 'Integration disconnected',
    deleted: 'Organization deleted',
    active: 'Active',
    inactive: 'Deactivated',
    named: ({ name, state }: { name: string; state: string }) => `${name} (${state.toLowerCase()})`,
    facts: 'Changes',
    left: ({ external, to }: { external: string; to: string | null | undefined }) =>
      (to === undefined ? <><strong>{external}</strong> is no longer mapped here</>
        : to === null ? <><strong>{external}</strong> was unmapped</>
          : <><strong>{external}</strong> was moved to <strong>{to}</strong></>),
    entered: (external: string) => <><strong>{external}</strong> was mapped here</>,
    renamed: ({ before, after }: { before: string; after: string }) => <><strong>{before}</strong> was renamed to <strong>{after}</strong></>,
    lastChange: 'Last change',
    by: ({ name, at }: { name: string; at: string }) => `by ${name}, ${formatDateTime(at)}`,
    finding: 'Finding out who changed it…',
    unknown: 'History does not say who changed it.',
    show: 'Show change',
    showFor: (external: string) => `Show change of ${external}`,
  },

  reach: (begins: string) => `History begins ${formatMoment(begins)}`,
  legend: 'Differs from today: focus it or point at it to see how',

  problems: {
    tooEarly: (begins: string) => `History begins ${formatMoment(begins)}. Choose a later moment.`,
    future: 'That moment is in the future. Choose an earlier one.',
    today: (problem: string) => `What differs from today can’t be shown. ${problem}`,
    goToBeginning: 'Go to the beginning',
  },

  exporting: {
    button: 'Export CSV',
    progress: ({ done, total }: { done: number; total: number | null }) => `Exporting ${outOf(done, total)}…`,
    file: (at: string) => `organizations-${at.slice(0, 16).replace(/[:T]/g, '-')}.csv`,
    columns: ['Organization', 'Active', 'Tool', 'External organization', 'ID in the tool'],
    active: (active: boolean) => (active ? 'Yes' : 'No'),
    done: (file: string) => `Exported ${file}.`,
  },
}
