import { csv } from '../ui/csv'
import { history } from '../words/history'
import type { Change, ExportedEdit } from './documents'
import { capitalized } from './editRows'

const text = history.entry
const { exporting } = history

/** The first line of the file. */
export const headLine = (): string => csv([exporting.columns])

/** Returns the lines of a change: one for each edit, or one if it has none. */
export function linesOf({ at, actor, action, summary }: Pick<Change, 'at' | 'action' | 'summary'> & { actor: { name: string } }, edits: readonly ExportedEdit[]): string {
  const about = [new Date(at).toISOString(), actor.name, history.actions[action], summary]
  if (edits.length === 0) return csv([[...about, '', '', '', '', '']])
  return csv(edits.map((edit) => [...about, ...cellsOf(edit)]))
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
