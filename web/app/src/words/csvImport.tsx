import type { Applied, CsvColumn, CsvMove, CsvOutcome } from '../csvimport/documents'
import type { Filter } from '../csvimport/rows'
import { formatDecimal, formatNumber, formatTime } from '../ui/format'
import { plural } from './plural'

const outcomes: Record<CsvOutcome, string> = {
  CREATES: 'New organization', MAPS: 'Map', CLEARS: 'Clear', ALREADY_SO: 'Already so', LOOKS_LIKE: 'Looks like', REPLACES: 'Replaces', CANNOT_APPLY: 'Cannot apply',
}

const filters: Record<Filter, string> = { ...outcomes, CREATES: 'New', CHANGED: 'Changed', ALL: 'All' }

const kinds: Record<CsvColumn['kind'], string> = {
  IGNORED: 'Not imported', ORGANIZATION_NAME: 'Organization name', ORGANIZATION_ID: 'Organization ID', INTEGRATION: 'Integration',
  EXTERNAL_ID: 'ID', EXTERNAL_NAME: 'name', EXTERNAL_ORG: 'ID or name',
}

const delimiters: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }

const kilobyte = 1024

/** Formats a size as spreadsheets and file managers do. */
function size(bytes: number): string {
  if (bytes < kilobyte) return plural(bytes, 'byte')
  const [amount, unit] = bytes < kilobyte * kilobyte ? [bytes / kilobyte, 'KB'] : [bytes / kilobyte / kilobyte, 'MB']
  return `${Number.isInteger(amount) ? formatNumber(amount) : formatDecimal(amount)} ${unit}`
}

const sentence = (parts: readonly string[]) => {
  const text = parts.join(', ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** Import CSV. These texts are loaded together with the page. */
export const csvImport = {
  outcomes,

  steps: { label: 'Steps', file: 'File', columns: 'Columns', preview: 'Preview', apply: 'Apply', done: ' (done)' },
  nothingSaved: 'Nothing is saved before you choose Apply.',
  viewOnly: 'View only. Ask an admin for the Editor role to apply a file.',

  file: {
    title: 'File',
    drop: 'Drop a CSV file here, or choose one',
    dropAnother: 'Drop another file here, or choose one',
    hint: ({ most, rows }: { most: number; rows: number }) => `At most ${size(most)} and ${formatNumber(rows)} rows. UTF-8, UTF-16 and Windows-1252; commas, semicolons or tabs.`,
    tooLarge: ({ size: bytes, most }: { size: number; most: number }) => `This file has ${size(bytes)}; the maximum is ${size(most)}. Divide it into several files.`,
    unreadable: 'Your browser could not read this file. It may have been moved or changed. Choose it again.',
    reading: 'Reading the file…',
    facts: ({ rows, encoding, delimiter, bytes }: { rows: number; encoding: string; delimiter: string; bytes: number }) =>
      [plural(rows, 'row'), encoding, delimiters[delimiter] ?? delimiter, size(bytes)].join(' · '),
    size,
  },

  help: {
    title: 'What a file can do',
    first: 'The first row has the headers. Each other row is about one organization, found by its ID or its exact name. A name that does not exist creates an organization.',
    cell: ({ none }: { none: string }) => <>In a column of an integration, IDs or names separated by “;” say what is mapped there. An empty cell changes nothing. The word <strong>{none}</strong> clears the cell.</>,
    none: 'none',
    template: 'Download your organizations',
    templateHint: 'as a file to fill in and drop here.',
  },

  columns: {
    title: 'Columns',
    read: ({ read, total }: { read: number; total: number }) => `${formatNumber(read)} of ${formatNumber(total)} read`,
    label: ({ header, index }: { header: string; index: number }) => `Column ${header === '' ? formatNumber(index + 1) : `“${header}”`} contains`,
    header: ({ header, index }: { header: string; index: number }) => (header === '' ? `Column ${formatNumber(index + 1)}` : header),
    samples: (samples: readonly string[]) => (samples.length === 0 ? 'empty' : samples.join(', ')),
    kinds,
    organizations: 'Organizations',
    ofIntegration: ({ integration, kind }: { integration: string; kind: CsvColumn['kind'] }) => `${integration}: ${kinds[kind]}`,
    ofRow: 'The integration that the row names',
    ofRowKind: (kind: CsvColumn['kind']) => `External organization: ${kinds[kind]}`,
    showAll: (n: number) => `Show all ${formatNumber(n)} columns`,
  },

  filters: { label: 'Filter rows', names: filters, loading: '…' },

  list: {
    label: 'Rows of the file',
    line: 'Line',
    organization: 'Organization',
    outcome: 'Outcome',
    explanation: 'What happens',
    keys: 'Arrows move, Space selects, Enter leads to the choices of a row',
    all: ({ filter, rows }: { filter: Filter; rows: number }) =>
      (filter === 'ALL' || filter === 'CHANGED' ? `Select all that need no decision (${formatNumber(rows)})` : `Select all (${formatNumber(rows)})`),
    showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${formatNumber(shown)} of ${plural(total, 'row')}`,
    reading: ({ read, total }: { read: number; total: number }) => `Reading ${formatNumber(read)} of ${plural(total, 'row')}…`,
    planning: 'Working out what each row does…',
    empty: 'No rows have this outcome.',
    emptyFile: 'The file has headers, but no rows.',
  },

  row: {
    label: ({ line, name, outcome, chosen }: { line: number; name: string; outcome: string; chosen: string }) => [`Line ${line}`, name, outcome, chosen].filter(Boolean).join(', '),
    chosen: 'selected',
    select: ({ line, name }: { line: number; name: string }) => `Select line ${line}: ${name}`,
    noName: 'empty',
    changed: 'Changed since the last preview',
    problem: ({ line, column, message }: { line: number; column: string | null; message: string }) =>
      `Line ${line}${column === null ? '' : `, column “${column}”`}: ${message}`,
    limitReached: 'Plan limit reached. Clear another new organization to select this one.',
    overQuota: 'Beyond your plan’s limit. You can select it instead of another.',
    creates: 'Creates the organization.',
    move: ({ externalName, integrationName, fromName, mappedBy, mappedAt, leaves }: CsvMove) => {
      if (leaves) return `Removes “${externalName}” in ${integrationName}.`
      if (fromName === null) return `Maps “${externalName}” in ${integrationName}.`
      const who = mappedBy === null || mappedAt === null ? '' : ` (mapped by ${mappedBy}, ${formatTime(mappedAt)})`
      return `“${externalName}” in ${integrationName} moves here from “${fromName}”${who}.`
    },
    moreMoves: (n: number) => `and ${formatNumber(n)} more`,
    like: (organization: string | null) => <>Like your <strong>{organization}</strong>.</>,
    instead: (organization: string | null) => `Map to ${organization ?? ''} instead`,
    insteadFor: ({ line, organization }: { line: number; organization: string | null }) => `Map to ${organization ?? ''} instead: line ${line}`,
    createAnyway: 'Create anyway',
    createAnywayFor: (line: number) => `Create anyway: line ${line}`,
  },

  problems: {
    download: 'Problems as CSV',
    file: (name: string) => `problems-${name.replace(/\.[^.]*$/, '')}.csv`,
    columns: ['Line', 'Organization', 'Column', 'Problem'],
  },

  stale: 'Something changed since this preview.',
  update: 'Update',
  changedRows: (n: number) => `${plural(n, 'row does', 'rows do')} something else now.`,

  apply: {
    label: 'Apply',
    button: (rows: number) => (rows === 0 ? 'Apply' : `Apply ${plural(rows, 'row')}`),
    creates: ({ creates, remaining }: { creates: number; remaining: number | null }) => (
      <>Creates <strong>{formatNumber(creates)}</strong>{remaining !== null && ` of ${formatNumber(remaining)} left`}</>
    ),
    maps: (n: number) => `maps ${formatNumber(n)}`,
    moves: (n: number) => `moves ${formatNumber(n)}`,
    clears: (n: number) => `clears ${formatNumber(n)}`,
    undecided: (n: number) => `${formatNumber(n)} to decide`,
    cannot: (n: number) => `${formatNumber(n)} cannot be applied`,
    conflict: 'Nothing was applied: something changed since the preview. This is the new preview; rows that do something else now are marked.',
    refused: (message: string) => `Nothing was applied. ${message}`,
  },

  done: {
    title: 'Applied',
    nothing: 'Nothing had to be changed.',
    summary: ({ created, mapped, moved, cleared }: Pick<Applied, 'created' | 'mapped' | 'moved' | 'cleared'>) => sentence([
      created > 0 && `created ${plural(created, 'organization')}`,
      mapped > 0 && `mapped ${plural(mapped, 'external organization')}`,
      moved > 0 && `moved ${formatNumber(moved)}`,
      cleared > 0 && `cleared ${plural(cleared, 'mapping')}`,
    ].filter((part) => part !== false)),
    undone: 'This was undone.',
    undo: 'Undo',
    another: 'Import another file',
    organizations: 'Go to Organizations',
    history: 'Show in History',
  },

}
