import { request } from '../api/client'
import { words } from '../words'
import { history as text } from '../words/history'
import { UndoChange, UndoPreviewOf } from './documents'
import { asked, type Offer, type Wanted } from './asking'
import { type Part, type Preview, sumOf } from './preview'

/** Returns what undoing the changes would do now, or an error message. */
export async function previewOf(changeIds: readonly string[]): Promise<Preview | string> {
  const parts: Part[] = []
  for (const changeId of changeIds) {
    const { data, problem } = await request('query', UndoPreviewOf, { id: changeId })
    if (problem !== null) return problem
    if (data.node?.__typename !== 'Change') return text.undo.gone
    parts.push({ changeId, preview: data.node.undo })
  }
  return parts
}

/** What became of an undo: done, an error message with the changes that are left, or what is left with what undoing would do by now. */
export type Outcome = { kind: 'done' } | { kind: 'problem'; message: string; left: readonly string[] } | { kind: 'changed'; preview: Preview }

/** Undoes changes as their preview says, and offers to redo them. */
export async function carryOut(wanted: Wanted, preview: Preview, offer: Offer): Promise<Outcome> {
  const made: string[] = []
  let reverted = 0
  let outcome: Outcome = { kind: 'done' }
  for (const [at, { changeId, preview: { cursor, possible } }] of preview.entries()) {
    if (!possible) continue
    const { data, problem } = await request('mutation', UndoChange, { id: changeId, cursor })
    const payload = data?.undoChange
    if (payload?.preview) outcome = { kind: 'changed', preview: [{ changeId, preview: payload.preview }, ...preview.slice(at + 1)] }
    else if (problem !== null || payload?.userErrors[0]) {
      outcome = { kind: 'problem', message: problem ?? payload?.userErrors[0]?.message ?? words.problems.ourFault, left: preview.slice(at).map((part) => part.changeId) }
    }
    if (outcome.kind !== 'done') break
    reverted += payload?.reverted ?? 0
    if (payload?.change) made.unshift(payload.change.id)
  }
  if (reverted === 0) return outcome
  const { skippedCount } = sumOf(preview)
  const all = outcome.kind === 'done' && skippedCount === 0
  const done = text.undo.done({ reverted, redoes: wanted.redoes ?? false })
  if (outcome.kind === 'problem') outcome = { ...outcome, message: words.problems.partly({ done, problem: outcome.message }) }
  offer(all && wanted.done ? wanted.done : done, {
    changeIds: made, redoes: !wanted.redoes, ...(wanted.onUndone && { onUndone: wanted.onUndone }),
  })
  wanted.onUndone?.()
  return outcome
}

/**
 * Undoes changes at once if no edit would be skipped; otherwise it asks. If something goes wrong, it offers to undo what is left. Returns
 * whether the changes were undone.
 */
export async function undoOrAsk(wanted: Wanted, offer: Offer): Promise<boolean> {
  const preview = await previewOf(wanted.changeIds)
  if (typeof preview === 'string') {
    offer(preview, wanted, 'problem')
    return false
  }
  const ask = (shown: Preview, changed: boolean) => {
    asked.set({ wanted, preview: shown, changed })
    return false
  }
  if (sumOf(preview).skippedCount > 0) return ask(preview, false)
  const outcome = await carryOut(wanted, preview, offer)
  if (outcome.kind === 'changed') return ask(outcome.preview, true)
  if (outcome.kind === 'problem') offer(outcome.message, { ...wanted, changeIds: outcome.left }, 'problem')
  return outcome.kind === 'done'
}
