import type { Tier } from '../api/documents'
import { formatNumber, formatSigned } from '../ui/format'
import { form, outOf, plural } from './plural'

const tiers: Record<Tier, string> = {
  IDENTITY: 'Linked', EXACT: 'Same name', NORMALIZED: 'Same words', STRONG: 'Likely', WEAK: 'Possible',
}

const meanings: Record<Tier, string> = {
  IDENTITY: 'a record in another tool refers to it',
  EXACT: 'ignoring case',
  NORMALIZED: 'ignoring order, punctuation and legal form',
  STRONG: 'similar names; check each',
  WEAK: 'something in common; check each',
}

/** Suggested mappings: in the cells, their explanation, and accepting many at once. */
export const suggestions = {
  tiers,
  meanings,

  cell: {
    content: ({ external, tier }: { external: string; tier: Tier }) => `suggested ${external}, ${tiers[tier].toLowerCase()}`,
    keys: 'Enter accepts, Space explains, Delete rejects',
    accept: (external: string) => `Accept ${external}`,
  },

  explanation: {
    label: ({ external, organization }: { external: string; organization: string }) => `Why ${external} is suggested for ${organization}`,
    of: ({ tier, integration, id }: { tier: Tier; integration: string; id: string }) => <><strong>{tiers[tier]}</strong> · {integration} · ID {id}</>,
    claim: ({ external, organization, tier }: { external: string; organization: string; tier: Tier }) =>
      tier === 'WEAK' ? <>Is <strong>{external}</strong> the organization <strong>{organization}</strong>?</>
        : tier === 'STRONG' || tier === 'NORMALIZED' ? <><strong>{external}</strong> is probably <strong>{organization}</strong></>
          : <><strong>{external}</strong> is almost certainly <strong>{organization}</strong></>,
    reasons: 'Reasons',
    weight: (weight: number) => formatSigned(weight),
    total: 'Total',
    aheadOfNext: (margin: number) => `${formatSigned(margin)} ahead of the next organization`,
    nothingElse: 'No other organization comes close.',
    place: ({ city, website }: { city: string | null; website: string | null }) => [city, website].filter(Boolean).join(' · '),
    more: (n: number) => `${plural(n, 'more suggestion')} for this cell`,
    accept: 'Accept',
    acceptKey: 'Enter',
    reject: 'Not this one',
    rejectKey: 'Del',
    another: 'Choose another…',
    gone: 'This suggestion has changed.',
  },

  row: {
    accept: (n: number) => `Accept ${plural(n, 'suggestion')}`,
    none: 'No suggestions to accept',
    key: 'Shift+Enter',
  },

  column: {
    mapped: ({ mapped, total }: { mapped: number; total: number }) => `${outOf(mapped, total)} mapped`,
    suggested: (suggested: number) => `${formatNumber(suggested)} suggested`,
    accept: 'Accept suggestions…',
  },

  accept: 'Accept suggestions…',

  preview: {
    title: 'Accept suggestions',
    titleIn: (integration: string) => `Accept suggestions in ${integration}`,
    finding: 'Finding suggestions…',
    none: 'No suggestions to accept.',
    intro: ({ suggestions: count, organizations }: { suggestions: number; organizations: number }) =>
      `${plural(count, 'suggestion')} for ${plural(organizations, 'organization')}. Nothing is saved until you choose Accept.`,
    capped: (limit: number) => `Only the first ${formatNumber(limit)} are shown. Accept these, then open this again for the rest.`,
    unsaved: (cells: number) => `${plural(cells, 'cell')} with unsaved changes ${form(cells, 'is', 'are')} left out.`,
    selected: ({ selected, total }: { selected: number; total: number }) => `${outOf(selected, total)} selected`,
    group: (tier: Tier) => `All: ${tiers[tier]}`,
    row: ({ external, integration, organization }: { external: string; integration: string; organization: string }) => `${external} in ${integration}: map to ${organization}`,
    list: 'Suggestions',
    leftOut: (n: number) => `Left out: ${formatNumber(n)}`,
    changed: (n: number) => `Nothing was saved: ${plural(n, 'suggestion')} changed while you were looking.`,
    changedHint: 'They are marked and no longer selected. Check the others and accept again.',
    accept: (n: number) => `Accept ${formatNumber(n)}`,
  },

  keys: {
    title: 'Keyboard shortcuts',
    open: 'Show keyboard shortcuts',
    all: [
      ['Enter', 'Accept the suggestion and move down, or open the cell'],
      ['Shift+Enter', 'Accept all suggestions of the row that are certain enough'],
      ['Space', 'Explain the suggestion'],
      ['Delete', 'Reject the suggestion, or empty the cell'],
      ['A–Z', 'Open the cell and search'],
      ['F2', 'Open the cell'],
      ['Ctrl+Enter', 'In the list: choose, and keep the list open'],
      ['Esc', 'Close without a change'],
      ['Arrow keys', 'Move by one cell'],
      ['Ctrl+Arrow keys', 'Move to the edge'],
      ['Shift+Arrow keys', 'Select several cells; Enter then accepts their suggestions, and Delete empties them'],
      ['Ctrl+C, Ctrl+X', 'Copy or cut the selected cells'],
      ['Ctrl+V', 'Paste here, also names from a spreadsheet'],
      ['Ctrl+D', 'Fill the selected cells with their suggestions'],
      ['Home, End', 'Move to the first or last column'],
      ['Alt+Left, Alt+Right', 'On a column header: move the column'],
      ['Page Up, Page Down', 'Move by one screen'],
      ['Ctrl+Z', 'Undo; after a save, undo the save'],
      ['Ctrl+Shift+Z', 'Redo'],
      ['Ctrl+S', 'Save'],
      ['?', 'Show these shortcuts'],
    ] as const,
  },
}
