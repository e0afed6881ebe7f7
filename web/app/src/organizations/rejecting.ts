import { request } from '../api/client'
import { type GridRow, RejectSuggestion, RowsById, type Suggestion } from '../api/documents'
import { changeSubject } from '../history/asking'
import { offerUndo } from '../history/offering'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { pairOf, rejected } from './suggestions'

/**
 * Rejects a suggestion, and offers to undo that. The suggestion is hidden until the row has been read again; suggestedIn holds the IDs
 * of the integrations whose suggestions the grid's rows have.
 */
export async function reject(row: Pick<GridRow, 'id' | 'name'>, { externalOrg }: Suggestion, suggestedIn: readonly string[]): Promise<void> {
  const pair = pairOf(externalOrg.id, row.id)
  rejected.set(new Set(rejected.get()).add(pair))
  const result = await request('mutation', RejectSuggestion, { externalOrgId: externalOrg.id, organizationId: row.id })
  const payload = result.data?.rejectSuggestion
  if (!payload?.rejection) {
    show(pair)
    return notify('problem', result.problem ?? payload?.userErrors[0]?.message ?? words.problems.ourFault, changeSubject)
  }
  offerUndo(words.notifications.rejected({ external: externalOrg.name, organization: row.name }), {
    changeIds: payload.change ? [payload.change.id] : [], done: words.notifications.rejectionUndone(externalOrg.name), onUndone: () => show(pair),
  })
  const read = await request('query', RowsById, { ids: [row.id], suggestedIn: [...suggestedIn] })
  if (read.data) show(pair)
}

function show(pair: string): void {
  const rest = new Set(rejected.get())
  rest.delete(pair)
  rejected.set(rest)
}
