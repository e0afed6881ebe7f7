import type { Action, Edit, SkippedEdit } from '../history/documents'
import type { Kind } from '../history/view'
import { formatMoment, formatNumber, formatTime } from '../ui/format'
import { form, outOf, plural } from './plural'

const actions: Record<Action, string> = {
  ORGANIZATIONS_CREATED: 'Organizations created',
  ORGANIZATION_UPDATED: 'Organization changed',
  ORGANIZATIONS_DELETED: 'Organizations deleted',
  MAPPINGS_SAVED: 'Mappings saved',
  MAPPING_CLEARED: 'Mapping cleared',
  IMPORTED: 'Import',
  SUGGESTIONS_ACCEPTED: 'Suggestions accepted',
  SUGGESTIONS_APPLIED: 'Suggestions applied automatically',
  DECISIONS_CHANGED: 'Decisions',
  CSV_APPLIED: 'CSV file',
  INTEGRATION_CONNECTED: 'Integration connected',
  INTEGRATION_UPDATED: 'Integration changed',
  INTEGRATION_DISCONNECTED: 'Integration disconnected',
  INTEGRATION_RESTORED: 'Integration connected again',
  LIST_REFRESHED: 'Refresh',
  PEOPLE_CHANGED: 'People',
  GROUPS_CHANGED: 'Groups',
  DEVICES_CHANGED: 'Device settings',
  SETTINGS_CHANGED: 'Settings',
  UNDONE: 'Undo',
}

const kinds: Record<Kind, string> = {
  mappings: 'Mappings', suggestions: 'Accepted suggestions', organizations: 'Organizations', imports: 'Imports', decisions: 'Exclusions and rejections',
  integrations: 'Integrations', refreshes: 'Refreshes', settings: 'Settings', undone: 'Undo and redo',
}

const organizationEdits: Record<Extract<Edit, { __typename: 'OrganizationEdit' }>['kind'], string> = {
  CREATED: 'Organization created', RENAMED: 'Organization renamed', DEACTIVATED: 'Organization deactivated', REACTIVATED: 'Organization reactivated', DELETED: 'Organization deleted',
}

interface Because {
  name: string
  at: string
}

/** Why undoing leaves an edit as it is. now is what is there, as far as it matters. */
function reason({ reason: kind, because, now, mapping }: { reason: SkippedEdit['reason']; because: Because | null; now: string | null; mapping: boolean }): string {
  switch (kind) {
    case 'CHANGED_SINCE': {
      const state = mapping ? (now === null ? ' It is not mapped now.' : ` It is mapped to ${now} now.`) : now === null ? '' : ` It is named ${now} now.`
      return because ? `${because.name} changed it later (${formatTime(because.at)}).${state}` : `It was changed later.${state}`
    }
    case 'GONE':
      return 'What it refers to no longer exists.'
    case 'NAME_TAKEN':
      return 'Another organization has this name.'
    case 'QUOTA_EXCEEDED':
      return 'You’ve reached your plan’s organization limit.'
    case 'IN_USE':
      return 'Something else refers to this organization.'
    case 'ALREADY_REVERTED':
      return because ? `${because.name} undid it already (${formatTime(because.at)}).` : 'It was undone already.'
    case 'NOT_UNDOABLE':
      return 'Edits of this kind cannot be undone.'
  }
}

const edits = (n: number) => plural(n, 'edit')

/** History: the timeline, its filters, what a change did, and what undoing it would do. */
export const history = {
  actions,
  kinds,

  list: 'Changes, newest first',
  today: (day: string) => `Today, ${day}`,
  yesterday: (day: string) => `Yesterday, ${day}`,
  edits,
  undoneBy: ({ name, time }: { name: string; time: string }) => `Undone by ${name} at ${time}`,
  partlyUndoneBy: ({ name, time, undone, total }: { name: string; time: string; undone: number; total: number }) =>
    `Partly undone by ${name} at ${time}: ${outOf(undone, total)}`,
  redoneBy: ({ name, time }: { name: string; time: string }) => `Undone, and redone by ${name} at ${time}`,
  undo: {
    button: 'Undo…',
    buttonFor: (summary: string) => `Undo… ${summary}`,
    redo: 'Redo…',
    redoFor: (summary: string) => `Redo… ${summary}`,
    never: 'cannot be undone',
    notNow: 'cannot be undone now',
    notRedoneNow: 'cannot be redone now',
    gone: 'History no longer has this change.',

    label: 'What undoing would do',
    reading: 'Checking what undoing would do…',
    title: ({ reverts, total, redoes }: { reverts: number; total: number; redoes: boolean }) =>
      `${redoes ? 'Redo makes' : 'Undo puts back'} ${formatNumber(reverts)} of ${edits(total)}${redoes ? ' again' : ''}`,
    titleAll: ({ reverts, redoes }: { reverts: number; redoes: boolean }) =>
      `${redoes ? 'Redo makes' : 'Undo puts back'} ${reverts === 1 ? 'the only edit' : `all ${edits(reverts)}`}${redoes ? ' again' : ''}`,
    titleNone: ({ redoes }: { redoes: boolean }) => (redoes ? 'This cannot be redone now' : 'This cannot be undone now'),
    stays: (n: number) => `${formatNumber(n)} ${form(n, 'stays as it is', 'stay as they are')}:`,
    changed: 'The account has changed. Nothing was undone. This is what undoing would do now.',
    submit: ({ reverts, redoes }: { reverts: number; redoes: boolean }) => `${redoes ? 'Redo' : 'Undo'} ${edits(reverts)}`,
    viewOnly: 'View only. Ask an admin for the Editor role to undo changes.',
    dialog: (redoes: boolean) => (redoes ? 'Redo' : 'Undo'),
    done: ({ reverted, redoes }: { reverted: number; redoes: boolean }) => `${redoes ? 'Redone' : 'Undone'}: ${edits(reverted)}.`,
    reason,
    place: (integration: string) => `in ${integration}`,
    show: 'Show',
    showFor: (name: string) => `Show the change that ${name} made`,
    showUndone: 'Show the change',
    showAll: (n: number) => `Show all ${formatNumber(n)}`,
    firstShown: (n: number) => `The first ${formatNumber(n)} are listed.`,
  },

  entry: {
    show: (summary: string) => `Details of: ${summary}`,
    table: 'Edits',
    subject: 'In the tool',
    subjects: 'What',
    before: 'Before',
    after: 'After',
    arrow: 'became',
    arrowSign: '→',
    notMapped: 'Not mapped',
    none: '–',
    now: (name: string) => `now ${name}`,
    skipped: 'undo leaves it as it is',
    organization: organizationEdits,
    active: 'Active',
    deactivated: 'Deactivated',
    deleted: 'Deleted',
    integration: 'Integration',
    decision: 'Decision',
    counts: ({ added, updated, removed }: { added: number; updated: number; removed: number }) =>
      `${formatNumber(added)} added, ${formatNumber(updated)} changed, ${formatNumber(removed)} removed`,
    more: (n: number) => `Show ${plural(n, 'more edit')}`,
    asOf: 'See the grid as of this moment',
    noEdits: 'No details are kept of this change.',
  },

  filters: {
    label: 'Filter changes',
    anyone: 'Anyone',
    someone: 'Someone',
    actor: 'Who',
    allTools: 'All tools',
    tools: (n: number) => plural(n, 'tool'),
    allKinds: 'All kinds',
    severalKinds: (n: number) => plural(n, 'kind'),
    from: 'From',
    to: 'To',
    period: 'Period',
    organization: 'Organization…',
    organizationLabel: 'Search for an organization',
    organizations: 'Organizations',
    searching: 'Searching…',
    noMatches: 'No matches.',
    showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${outOf(shown, total)}. Type to find others.`,
    gone: 'A deleted organization',
    goneExternal: 'An external organization that is gone',
    inTool: ({ name, tool }: { name: string; tool: string }) => `${name} in ${tool}`,
    remove: (name: string) => `Remove the filter ${name}`,
    token: (name: string) => `${name} (token)`,
    reset: 'Reset',
  },

  waiting: (n: number, more: boolean) => `${formatNumber(n)}${more ? ' or more' : ''} ${form(n, 'change', 'changes')}: show`,
  showMore: 'Show more',
  showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${formatNumber(shown)} of ${plural(total, 'change')}`,
  reach: ({ begins, months }: { begins: string; months: number | null }) =>
    `${months === null ? 'All of history is kept.' : `History is kept for ${plural(months, 'month')}.`} It begins ${formatMoment(begins)}.`,
  loading: 'Loading…',
  zone: (zone: string) => `Times in ${zone}`,
  empty: 'Nothing has happened yet. Every change that you or others make appears here.',
  emptyFiltered: 'No changes match these filters.',
  linked: 'The change that the link leads to',
  gone: 'History does not have this change, or no longer has it.',

  exporting: {
    start: 'Export CSV',
    cancel: 'Cancel export',
    progress: ({ done, total }: { done: number; total: number }) => `Exporting ${outOf(done, total)}…`,
    done: (changes: number) => `Exported ${plural(changes, 'change')}.`,
    file: (day: string) => `orgmap-history-${day}.csv`,
    columns: ['Time', 'By', 'Action', 'Summary', 'What', 'Tool', 'External organization', 'Before', 'After'],
    mapping: 'Mapping',
    setting: 'Setting',
  },
}
