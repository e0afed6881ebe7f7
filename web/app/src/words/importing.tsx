import type { ImportCandidate } from '../api/documents'
import { formatNumber } from '../ui/format'
import { plural } from './plural'

const results: Record<ImportCandidate['outcome'], string> = {
  CREATED: 'Created and mapped',
  MAPPED_EXISTING: 'Mapped to existing organizations',
  OVERWROTE_MAPPING: 'Replaced a mapping',
  SKIPPED_DUPLICATE_NAME: 'Skipped (duplicate name)',
  SKIPPED_ALREADY_IMPORTED: 'Skipped (already mapped)',
  SIMILAR_EXISTS: 'Skipped (a similar organization exists)',
}

/** Add from IT Glue. */
export const importing = {
  title: 'Add from IT Glue',
  viewOnly: 'View only. Ask an admin for the Editor role to import.',
  notConnected: 'IT Glue is not connected.',
  throughKaseyaOne: 'IT Glue is connected through KaseyaOne only. To import, connect IT Glue with an API key of its own.',

  search: 'Search IT Glue',
  searchPlaceholder: 'Search IT Glue…',
  selectAll: ({ total, searched }: { total: number | null; searched: boolean }) =>
    `Select all${searched ? ' matches' : ''}${total === null ? '' : ` (${formatNumber(total)})`}`,
  loadingAll: 'Loading the whole list…',
  selected: (n: number) => `${formatNumber(n)} selected`,
  list: 'Organizations of IT Glue',
  noMatches: 'No matches.',
  nothingToImport: 'Nothing to import. Everything in IT Glue is already mapped.',

  limitReached: 'Plan limit reached',
  creates: 'New organization',
  mapsTo: ({ organization, active }: { organization: string; active: boolean }) => `Map to ${organization}${active ? '' : ' (stays deactivated)'}`,
  mapsToCreated: 'Map to the new organization',
  replaces: ({ externals, active }: { externals: readonly string[]; active: boolean }) =>
    `Replaces ${externals.join(', ')}${active ? '' : ' (stays deactivated)'}`,
  skipsDuplicate: (importedId: string | null) => `Skipped: duplicate name (${importedId === null ? 'the lowest ID' : `ID ${importedId}`} is imported)`,
  alreadyMapped: 'Already mapped',
  similarExists: 'Skipped: a similar organization exists',

  /** What the import would do, in parts. */
  sum: {
    creates: ({ created, left }: { created: number; left: number | null }) => (
      <>Creates <strong>{formatNumber(created)}</strong>{left !== null && ` (${formatNumber(left)} left afterwards)`}</>
    ),
    maps: (n: number) => `maps ${formatNumber(n)} to existing`,
    replaces: (n: number) => `replaces ${plural(n, 'mapping')}`,
    skips: (n: number) => `skips ${plural(n, 'duplicate')}`,
  },
  import: (n: number) => (n > 0 ? `Import ${formatNumber(n)}` : 'Import'),

  imported: (n: number) => `${plural(n, 'organization')} imported.`,
  results: ({ outcome, n }: { outcome: ImportCandidate['outcome']; n: number }) => `${results[outcome]}: ${formatNumber(n)}`,
  mappedTo: (organization: string) => ` → ${organization}`,
  replacing: (externals: readonly string[]) => `, replacing ${externals.join(', ')}`,
}
