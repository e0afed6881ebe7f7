import type { ExclusionReason, MatchState } from '../bytool/documents'
import type { Facet, Order } from '../bytool/view'
import { formatDate, formatNumber } from '../ui/format'
import { form, outOf, plural } from './plural'

const states: Record<MatchState, string> = {
  MAPPED: 'Mapped', SUGGESTED: 'Suggested', NEEDS_DECISION: 'Needs decision', CONFLICT: 'Links disagree', EXCLUDED: 'Excluded', REMOVED: 'Removed',
}

const reasons: Record<ExclusionReason, string> = {
  NOT_A_CLIENT: 'Not a client', INTERNAL: 'Our own company', TEST: 'Test or template', VENDOR: 'Vendor or partner', PROSPECT: 'Prospect',
  FORMER_CLIENT: 'Former client', DUPLICATE: 'Duplicate', OTHER: 'Other',
}

const facets: Record<Facet, string> = {
  decide: 'To decide', suggested: states.SUGGESTED, needsDecision: states.NEEDS_DECISION, conflict: states.CONFLICT, mapped: states.MAPPED,
  excluded: states.EXCLUDED, removed: states.REMOVED, all: 'All',
}

const orders: Record<Order, string> = {
  newest: 'Newest first', oldest: 'Oldest first', name: 'By name', best: 'Best suggestion first', weakest: 'Weakest suggestion first',
}

/** Setup Organizations by tool. These texts are loaded together with the parts of the page that show them. */
export const byTool = {
  states,
  reasons,
  facets,
  orders,

  filter: 'Filter by state',
  counting: '…',
  tool: 'Tool',
  allTools: 'All tools',
  order: 'Order',
  search: 'Search names',
  searchPlaceholder: 'Search names…',
  viewOnly: 'View only. Ask an admin for the Editor role to make changes.',

  list: {
    label: 'External organizations',
    select: 'Select',
    record: (tool: string | null) => (tool === null ? 'External organization' : `In ${tool}`),
    added: 'Added',
    state: 'State',
    match: 'Suggestion, or the organizations it could be',
    actions: 'Actions',
    keys: 'Arrows move, Enter opens or accepts, Space explains, Delete says “not this one”, X selects',
  },

  empty: {
    search: (search: string) => `No names match “${search}”.`,
    decide: 'Nothing to decide. New clients appear here after a refresh.',
    suggested: 'No suggestions.',
    needsDecision: 'Nothing needs a decision.',
    conflict: 'No links disagree.',
    mapped: 'Nothing is mapped yet.',
    excluded: 'Nothing is excluded.',
    removed: 'Nothing unmapped was removed by a tool.',
    all: 'Nothing is listed yet. Refresh your integrations.',
  },

  row: {
    isNew: 'New',
    label: ({ name, tool, state, about }: { name: string; tool: string; state: string; about: string }) => [name, tool, state, about].filter(Boolean).join(', '),
    place: (facts: { tool: string | null; id: string; city: string | null; website: string | null }) =>
      [facts.tool, `ID ${facts.id}`, facts.city, facts.website?.replace(/^https?:\/\/(?:www\.)?|\/$/g, '')].filter(Boolean).join(' · '),
    open: (tool: string) => `Open in ${tool}`,
    question: (organization: string) => `Is it ${organization}?`,
    mappedBy: ({ name, time }: { name: string; time: string }) => `${name}, ${time}`,
    excludedBy: ({ name, time }: { name: string; time: string }) => `${name}, ${time}`,
    until: (time: string) => `until ${formatDate(time)}`,
    renamed: 'renamed since',
    removed: 'No longer listed, and not mapped.',
    fits: (n: number) => `Could be ${plural(n, 'organization')}`,
  },

  actions: {
    accept: 'Accept',
    acceptFor: ({ external, organization }: { external: string; organization: string }) => `Accept: map ${external} to ${organization}`,
    explain: 'Why?',
    explainFor: (external: string) => `Why? ${external}`,
    mapTo: 'Map to…',
    mapToFor: (external: string) => `Map to… ${external}`,
    compare: 'Compare',
    compareFor: (external: string) => `Compare the organizations that ${external} could be`,
    create: 'Create',
    createFor: (external: string) => `Create an organization from ${external}`,
    createItem: 'Create an organization from it',
    more: (external: string) => `More for ${external}`,
    notThis: 'Not this one',
    exclude: 'Exclude',
    excludeFor: (external: string) => `Exclude ${external}`,
    include: 'Include again',
    includeFor: (external: string) => `Include again: ${external}`,
    clear: 'Clear mapping',
    clearFor: (external: string) => `Clear mapping of ${external}`,
  },

  excluding: {
    as: (what: string) => `Exclude ${what} as`,
    proposed: 'proposed',
    details: 'With a note or an end date…',
    title: (what: string) => `Exclude ${what}`,
    reason: 'Reason',
    note: 'Note',
    noteHint: 'Everyone in your account can read it.',
    until: 'Until',
    untilHint: 'Leave empty if the exclusion does not end on its own.',
    submit: 'Exclude',
    several: (n: number) => plural(n, 'external organization'),
    one: (name: string) => `“${name}”`,
  },

  candidates: {
    label: (external: string) => `Which organization is ${external}?`,
    none: 'None of these',
    noneHint: 'They are not suggested again.',
    reasons: 'What speaks for and against it',
    mappedHere: ({ tool, externals }: { tool: string; externals: readonly string[] }) => `In ${tool}: ${externals.join(', ')}`,
    freeHere: (tool: string) => `In ${tool}: nothing mapped yet`,
    choose: 'Choose an organization',
    map: (organization: string) => `Map to ${organization}`,
    reject: (n: number) => form(n, 'Not this one', 'None of these'),
  },

  picker: {
    label: (external: string) => `Search your organizations for ${external}`,
    list: 'Your organizations',
    placeholder: 'Search your organizations…',
    searching: 'Searching…',
    noMatches: 'No matches.',
    suggested: 'Suggested',
    candidate: 'Could be',
    has: ({ tool, externals }: { tool: string; externals: readonly string[] }) => `${tool}: ${externals.join(', ')}`,
    showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${outOf(shown, total)}. Type to find others.`,
  },

  similar: {
    title: 'A similar organization exists',
    text: ({ external, organization }: { external: string; organization: string }) =>
      <>You already have <strong>{organization}</strong>. Is <strong>{external}</strong> the same client?</>,
    mapThere: (organization: string) => `Map to ${organization}`,
    createAnyway: 'Create anyway',
  },

  creating: {
    title: (n: number) => `Create ${plural(n, 'organization')}`,
    checking: 'Checking what would be created…',
    creates: (n: number) => `${formatNumber(n)} new`,
    maps: (n: number) => `${formatNumber(n)} with the name of an existing organization: map there`,
    similar: (n: number) => `${formatNumber(n)} similar to an existing organization: left out unless you tick them`,
    skips: (n: number) => `${formatNumber(n)} left out`,
    mapsTo: (organization: string) => `Map to ${organization}`,
    similarTo: (organization: string) => `Similar to ${organization}`,
    createAnyway: (external: string) => `Create ${external} anyway`,
    skipped: { SKIPPED_ALREADY_IMPORTED: 'Already mapped', SKIPPED_DUPLICATE_NAME: 'Duplicate name' } as Readonly<Record<string, string>>,
    left: (n: number) => `${formatNumber(n)} left in your plan afterwards.`,
    submit: ({ created, mapped }: { created: number; mapped: number }) =>
      created === 0 && mapped > 0 ? `Map ${formatNumber(mapped)}` : `Create ${formatNumber(created)}${mapped > 0 ? ` and map ${formatNumber(mapped)}` : ''}`,
  },

  selection: {
    accept: (n: number) => `Accept ${plural(n, 'suggestion')}…`,
    create: (n: number) => `Create ${plural(n, 'organization')}…`,
    exclude: 'Exclude',
    include: (n: number) => `Include ${formatNumber(n)} again`,
  },

  preview: 'Accept selected suggestions',

  /** What the notifications say. */
  done: {
    mapped: ({ external, organization }: { external: string; organization: string }) => `Mapped “${external}” to “${organization}”.`,
    mappingUndone: (external: string) => `“${external}” is not mapped anymore.`,
    cleared: (external: string) => `Cleared the mapping of “${external}”.`,
    rejected: ({ external, organizations }: { external: string; organizations: readonly string[] }) =>
      `Rejected: “${external}” is not ${organizations.map((name) => `“${name}”`).join(' or ')}.`,
    rejectionUndone: (external: string) => `“${external}” can be suggested again.`,
    created: (name: string) => `Created “${name}”.`,
    createdSeveral: ({ created, mapped }: { created: number; mapped: number }) =>
      `Created ${plural(created, 'organization')}${mapped > 0 ? `, mapped ${formatNumber(mapped)} to existing` : ''}.`,
    excluded: ({ what, reason }: { what: string; reason: string }) => `Excluded ${what}: ${reason.toLowerCase()}.`,
    included: (what: string) => `Included ${what} again.`,
  },

  problems: {
    organizationGone: (name: string) => `“${name}” no longer exists.`,
    partly: ({ done, total, message }: { done: number; total: number; message: string }) => (done === 0 ? message : `${outOf(done, total)} done. ${message}`),
    skipped: 'Nothing was created: it is already mapped.',
  },

  /** In Add from IT Glue. */
  importing: {
    similar: (organizations: readonly string[]) => `Similar to your ${organizations.join(' and ')}. Map there instead?`,
    mapThere: (organization: string) => `Map to ${organization}`,
    mapThereFor: ({ external, organization }: { external: string; organization: string }) => `Map to ${organization}: ${external}`,
  },
}
