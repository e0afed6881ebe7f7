import { request } from '../api/client'
import { type GridRow, RejectSuggestion, RevokeRejection, RowsById, type Suggestion } from '../api/documents'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { pairOf, rejected } from './suggestions'

/**
 * Rejects a suggestion, and offers to undo that. The suggestion is hidden until the row has been read again; suggestedIn holds the IDs
 * of the integrations whose suggestions the grid's rows have.
 */
export async function reject(row: Pick<GridRow, 'id' | 'name'>, { externalOrg }: Suggestion, suggestedIn: readonly string[]): Promise<void> {
  const pair = pairOf(externalOrg.id, row.id)
  const about = `reject ${pair}`
  rejected.set(new Set(rejected.get()).add(pair))
  const result = await request('mutation', RejectSuggestion, { externalOrgId: externalOrg.id, organizationId: row.id })
  const payload = result.data?.rejectSuggestion
  if (!payload?.rejection) {
    show(pair)
    return notify('problem', result.problem ?? payload?.userErrors[0]?.message ?? words.problems.ourFault, about)
  }
  const { id } = payload.rejection
  notify('done', words.notifications.rejected({ external: externalOrg.name, organization: row.name }), about, {
    label: words.common.undo, run: () => void revoke(id, pair, externalOrg.name),
  })
  const read = await request('query', RowsById, { ids: [row.id], suggestedIn: [...suggestedIn] })
  if (read.data) show(pair)
}

async function revoke(rejectionId: string, pair: string, external: string): Promise<void> {
  const about = `reject ${pair}`
  const result = await request('mutation', RevokeRejection, { id: rejectionId })
  const wrong = result.problem ?? result.data.revokeRejection.userErrors[0]?.message
  if (wrong) return notify('problem', wrong, about)
  show(pair)
  notify('done', words.notifications.rejectionUndone(external), about)
}

function show(pair: string): void {
  const rest = new Set(rejected.get())
  rest.delete(pair)
  rejected.set(rest)
}
