import { formatNumber, formatPercent } from '../ui/format'
import { form, outOf, plural } from './plural'

/** Setup Organizations: the grid, its tools, a cell's drop-down, unsaved changes, the quota. Import has words of its own. */
export const organizations = {
  search: 'Search organizations',
  searchPlaceholder: 'Search organizations…',
  create: 'Create an organization',
  viewOnly: 'View only. Ask an admin for the Editor role to make changes.',
  askAdminToConnect: 'Ask an admin to connect one.',
  disconnectedColumn: 'a disconnected integration',

  asOf: {
    button: 'See as of…',
    moment: 'Date and time',
    explanation: 'Shows what was mapped then, and what differs today.',
    show: 'Show',
  },

  filters: {
    label: 'Filter organizations',
    all: 'All',
    unmapped: 'Unmapped',
    suggested: 'Suggested',
    needsDecision: 'Needs decision',
    inColumn: ({ filter, integration }: { filter: string; integration: string }) => `${filter} in ${integration}`,
    conflicts: 'Conflicts',
    unsaved: 'Unsaved',
    deactivated: 'Deactivated',
    counting: '…',
  },

  empty: {
    search: (search: string) => `No organizations match “${search}”.`,
    all: 'No organizations yet. Create one, or add them from IT Glue.',
    unmapped: 'Every organization is mapped here.',
    suggested: 'No suggestions here.',
    needsDecision: 'Nothing here needs a decision.',
    conflicts: 'No conflicts.',
    unsaved: 'No unsaved changes.',
    deactivated: 'No deactivated organizations.',
  },

  grid: {
    label: 'Organizations and their mappings in each integration',
    nameColumn: 'Organization Name',
    noRows: 'No rows',
    rows: (total: number) => plural(total, 'row'),
    row: ({ row, total }: { row: number; total: number }) => `Row ${outOf(row, total)}`,
  },

  column: {
    progress: ({ status, fetched, total }: { status: string; fetched: number; total: number | null }) => `${status} · ${outOf(fetched, total)}`,
    counts: ({ total, unmapped, removed }: { total: number; unmapped: number; removed: number }) =>
      `${plural(total, 'organization')}, ${formatNumber(unmapped)} not mapped${removed > 0 ? `, ${formatNumber(removed)} removed` : ''}`,
    showUnmapped: (integration: string) => `Show organizations not mapped in ${integration}`,
    showSuggested: (integration: string) => `Show organizations suggested in ${integration}`,
    reviewList: 'Review the new list',
    cancelRefresh: 'Cancel refresh',
    addFrom: (integration: string) => `Add from ${integration}`,
  },

  row: {
    actions: (organization: string) => `Actions for ${organization}`,
    deactivated: 'Deactivated',
    deactivate: 'Deactivate (frees 1 license)',
    reactivate: 'Reactivate (uses 1 license)',
    remove: 'Delete…',
  },

  cell: {
    label: ({ organization, integration, content, mark }: { organization: string; integration: string; content: string; mark: string | null }) =>
      `${organization}, ${integration}: ${content}${mark === null ? '' : `, ${mark}`}`,
    removed: (external: string) => `${external}, no longer listed`,
    notMapped: 'Not mapped',
    nothing: 'Nothing',
    more: (n: number) => `+${formatNumber(n)}`,
    marks: {
      edited: () => 'unsaved',
      conflict: () => 'conflict with a newer change',
      elsewhere: (organization: string) => `mapped to ${organization}, choose where it belongs`,
      error: () => 'could not be saved',
    },
    heldBy: (organization: string) => `in ${organization}`,
    removedFrom: ({ external, integration }: { external: string; integration: string }) => `${external}: no longer in ${integration}`,
    unmap: (external: string) => `Unmap ${external}`,
  },

  editor: {
    label: ({ organization, integration }: { organization: string; integration: string }) => `${integration} for ${organization}`,
    notMapped: 'Not mapped yet.',
    mappedTo: (organization: string) => `Mapped to ${organization}`,
    mappedBy: ({ name, time }: { name: string; time: string }) => `${name}, ${time}`,
    origins: { MANUAL: 'by hand', IMPORT: 'import', SUGGESTION: 'suggestion accepted', AUTOMATIC: 'applied automatically' },
    showInHistory: 'Show in History',
    showInHistoryOf: (external: string) => `Show in History: ${external}`,
    unsaved: 'unsaved',
    removedFrom: (integration: string) => `no longer in ${integration}`,
    search: (integration: string) => `Search ${integration}`,
    searchPlaceholder: ({ integration, total }: { integration: string; total: number }) => `Search ${formatNumber(total)} in ${integration}…`,
    list: (integration: string) => `Organizations of ${integration}`,
    searching: 'Searching…',
    noUnmapped: 'No unmapped organization matches.',
    noMatches: 'No matches.',
    showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${outOf(shown, total)}`,
    found: (total: number) => `${formatNumber(total)} found`,
    showMore: 'Show more',
    unmappedOnly: 'Unmapped only',
    withId: ({ name, id }: { name: string; id: string }) => `${name} (ID ${id})`,
    suggested: (tier: string) => `Suggested: ${tier.toLowerCase()}`,
    suggestedFor: (organization: string) => `suggested for ${organization}`,
    place: ({ id, city, website }: { id: string; city: string | null; website: string | null }) =>
      [`ID ${id}`, city, website].filter(Boolean).join(' · '),
    stagedElsewhere: (organization: string) => `unsaved: mapped to ${organization}`,
    movesFrom: (organization: string) => `moves here from ${organization}`,
    mappedElsewhere: ({ organization, by }: { organization: string; by: string }) => `mapped to ${organization} by ${by}`,
  },

  /** Why a name is suggested for another. */
  similar: {
    sameName: 'Same name',
    spelling: 'Same name (spelling)',
    withoutForm: (legalForm: string) => `Same name without “${legalForm}”`,
    percent: (score: number) => `Similar: ${formatPercent(score)}`,
  },

  conflict: {
    label: (organization: string) => `Conflict in ${organization}`,
    changedBy: ({ name, time }: { name: string; time: string }) => `${name} changed this cell after you opened it (${time}).`,
    someone: 'Someone',
    mine: 'Mine, unsaved',
    keepMine: 'Keep mine',
    theirs: 'Theirs, saved',
    takeTheirs: 'Take theirs',
    nothing: 'nothing',
  },

  elsewhere: {
    label: (organization: string) => `Mapped elsewhere: ${organization}`,
    heldBy: ({ external, organization, by }: { external: string; organization: string; by: string }) =>
      `“${external}” is mapped to “${organization}” by ${by}.`,
    moveHere: 'Move here',
    leaveThere: 'Leave there',
  },

  changes: {
    label: 'Unsaved changes',
    none: 'No unsaved changes',
    unsaved: ({ changes, organizations }: { changes: number; organizations: number }) => (
      <><strong>{plural(changes, 'unsaved change')}</strong> in {plural(organizations, 'organization')}</>
    ),
    saving: ({ done, total }: { done: number; total: number }) => (done === 0 ? 'Saving…' : `Saving: ${outOf(done, total)}…`),
    saved: ({ changes, organizations, time }: { changes: number; organizations: number; time: string }) => (
      <><strong>Saved {plural(changes, 'change')}</strong> in {plural(organizations, 'organization')} at {time}</>
    ),
    hideSaved: 'Hide',
    resolve: (conflicts: number) => `Resolve ${plural(conflicts, 'conflict')} to save`,
    conflicts: (conflicts: number) => `${plural(conflicts, 'conflict')} to resolve`,
    notKept: 'This browser can’t keep these changes. Save before you close the page.',
    stillHere: ({ changes, day }: { changes: number; day: string }) =>
      `${plural(changes, 'unsaved change')} from ${day} ${form(changes, 'is', 'are')} still here.`,
    discard: 'Discard',
    errors: (cells: number) => `${plural(cells, 'cell')} could not be saved`,
    undoKeys: 'Ctrl+Z',
    redo: 'Redo',
    redoKeys: 'Ctrl+Shift+Z',
  },

  reviewing: {
    title: (changes: number) => plural(changes, 'unsaved change'),
    none: 'No unsaved changes.',
    discard: 'Discard change',
    discardIn: ({ organization, integration }: { organization: string; integration: string }) => `Discard change: ${organization} in ${integration}`,
    save: (changes: number) => `Save ${plural(changes, 'change')}`,
  },

  nameDialog: {
    rename: 'Rename organization',
    name: 'Organization Name',
    create: 'Create',
    keepsMappings: 'Its mappings are kept.',
    usesOne: 'Uses 1 organization of your plan.',
    usesOneOf: (remaining: number) => `Uses 1 of your ${formatNumber(remaining)} remaining ${form(remaining, 'organization', 'organizations')}.`,
    limitReached: 'You’ve reached your plan’s limit. Deactivate an organization or upgrade your plan.',
  },

  quota: {
    title: 'Total Organizations',
    unlimited: (used: number) => `${formatNumber(used)}, unlimited`,
    left: ({ remaining, limit }: { remaining: number; limit: number }) => <><strong>{formatNumber(remaining)}</strong> left of {formatNumber(limit)}</>,
    plan: 'Plan',
    active: 'Active organizations',
    allowed: 'Allowed',
    allowedUnlimited: 'Unlimited',
    remaining: 'Left',
    renews: 'Renews',
    explanation: 'Deactivated organizations don’t count. Importing to an existing organization doesn’t either.',
  },

  refreshes: {
    label: 'Refreshes',
    several: (integrations: number) => `Refreshing ${plural(integrations, 'integration')}`,
    progress: ({ fetched, total }: { fetched: number; total: number | null }) => outOf(fetched, total),
    retryAt: (time: string) => `Trying again at ${time}.`,
    tryAgain: (integration: string) => `Try again: refresh ${integration}`,
    cancelAll: 'Cancel all',
  },
}
