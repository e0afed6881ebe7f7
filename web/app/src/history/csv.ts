import { history } from '../words/history'
import type { Change, ExportedEdit } from './documents'
import { capitalized } from './editRows'

const text = history.entry
const { exporting } = history

/** Returns a cell of a CSV file (RFC 4180). Spreadsheets take what begins like a formula for one, so such a text gets an apostrophe. */
export function cellOf(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const lineOf = (cells: readonly string[]) => `${cells.map(cellOf).join(',')}\r\n`

/** The first line of the file. */
export const headLine = (): string => lineOf(exporting.columns)

/** Returns the lines of a change: one for each edit, or one if it has none. */
export function linesOf({ at, actor, action, summary }: Pick<Change, 'at' | 'action' | 'summary'> & { actor: { name: string } }, edits: readonly ExportedEdit[]): string {
  const about = [new Date(at).toISOString(), actor.name, history.actions[action], summary]
  if (edits.length === 0) return lineOf([...about, '', '', '', '', ''])
  return edits.map((edit) => lineOf([...about, ...cellsOf(edit)])).join('')
}

/** Returns what was edited, in which tool, its name there, and what it was before and after. */
function cellsOf(edit: ExportedEdit): string[] {
  switch (edit.__typename) {
    case 'MappingEdit':
      return [exporting.mapping, edit.integrationName, edit.externalName, edit.beforeName ?? '', edit.afterName ?? '']
    case 'OrganizationEdit':
      return [text.organization[edit.kind], '', '', edit.kind === 'CREATED' ? '' : edit.previousName ?? edit.name, edit.kind === 'DELETED' ? '' : edit.name]
    case 'IntegrationEdit': {
      const { added, updated, removed } = edit
      const counts = added === null || updated === null || removed === null ? '' : `: ${text.counts({ added, updated, removed })}`
      return [`${capitalized(edit.what)}${counts}`, edit.name, '', '', '']
    }
    case 'DecisionEdit':
      return [capitalized(edit.what), '', edit.externalName, '', '']
    case 'FieldEdit':
      return [`${exporting.setting}: ${edit.subjectName}, ${edit.field}`, '', '', edit.valueBefore ?? '', edit.valueAfter ?? '']
  }
}
