import { request } from '../api/client'
import { SaveMappings } from '../api/documents'
import { Store } from '../ui/store'
import { words } from '../words'
import { inChunks, ready, without } from './chunks'
import { conflicts, type Edit, keyOf, saved, statusOf, unchangedSince } from './staged'
import { cellErrors, lastSave, readExternals, rereadEditedCells, staged } from './workspace'

const maxCells = 1_000 // in one save: the API's limit

/** How far a save has got; null while none runs. */
export const progress = new Store<{ done: number; total: number } | null>(null)

/** What became of a save. */
export interface Outcome {
  saved: readonly Edit[]
  /** Why the rest was not saved; null if nothing was left. */
  problem: string | null
}

/**
 * Saves the edits that do not wait for a choice, in order and at most 1,000 at once. Cells that clash with what others have saved stay
 * unsaved with their choice, and the rest is saved.
 */
export async function save(): Promise<Outcome> {
  if (progress.get()) return { saved: [], problem: null }
  const edits = ready(staged.get())
  const waiting = conflicts(staged.get()).length
  if (edits.length === 0) return { saved: [], problem: waiting > 0 ? words.problems.resolveConflicts(waiting) : null }
  const { changeIds, ...outcome } = await send(edits)
  lastSave.set(outcome.saved.length === 0 ? null : { edits: outcome.saved, changeIds, at: new Date().toISOString() })
  return outcome
}

async function send(edits: readonly Edit[]): Promise<Outcome & { changeIds: readonly string[] }> {
  const { chunks, tooLarge } = inChunks(edits, maxCells)
  const done: Edit[] = []
  const changeIds: string[] = []
  const errors = new Map(tooLarge.map((one) => [keyOf(one), words.problems.movesTooLarge(maxCells)]))
  let problem: string | null = null
  cellErrors.set(new Map())
  progress.set({ done: 0, total: edits.length })
  for (const chunk of chunks) {
    const result = await sendChunk(chunk)
    done.push(...result.saved)
    if (result.changeId !== null) changeIds.unshift(result.changeId)
    staged.set(saved(staged.get(), unchangedSince(staged.get(), result.saved)))
    for (const [key, message] of result.errors) errors.set(key, message)
    progress.set({ done: done.length, total: edits.length })
    problem = result.problem
    if (problem !== null) break
  }
  progress.set(null)
  // A cell that waits for a choice shows the choice instead of the error.
  cellErrors.set(new Map([...errors].filter(([key]) => {
    const left = staged.get().edits.get(key)
    return left && statusOf(staged.get(), left) === 'pending'
  })))
  const [first] = errors.values()
  if (problem === null && first !== undefined) {
    problem = words.problems[done.length === 0 ? 'notSaved' : 'leftUnsaved']({ message: first, errors: errors.size })
  }
  return { saved: done, problem, changeIds }
}

interface Result {
  saved: readonly Edit[]
  /** The change that the save made, if any. */
  changeId: string | null
  /** Why cells were refused, by their keys. */
  errors: ReadonlyMap<string, string>
  /** Why nothing more can be saved; null if other chunks can be tried. */
  problem: string | null
}

/** Saves a chunk. The API saves all cells or none: if it refuses some, the others are sent again without them. */
async function sendChunk(chunk: readonly Edit[]): Promise<Result> {
  const errors = new Map<string, string>()
  for (let edits = [...chunk]; edits.length > 0;) {
    const { data, problem } = await request('mutation', SaveMappings, { cells: edits.map(cellOf) })
    if (problem !== null) return { saved: [], changeId: null, errors, problem }
    const { userErrors, change } = data.saveMappings
    if (userErrors.length === 0) return { saved: edits, changeId: change?.id ?? null, errors, problem: null }
    const refused = new Set<string>()
    for (const { path, message } of userErrors) {
      const about = path[1] === 'cells' ? edits[Number(path[2])] : undefined
      if (!about) return { saved: [], changeId: null, errors, problem: message }
      refused.add(keyOf(about))
      errors.set(keyOf(about), message)
    }
    await readAgain(edits.filter((one) => refused.has(keyOf(one))), userErrors.map(({ code }) => code))
    edits = without(edits, refused)
  }
  return { saved: [], changeId: null, errors, problem: null }
}

/** Reads what others have saved, so that refused cells show the choice. */
async function readAgain(refused: readonly Edit[], codes: readonly string[]): Promise<void> {
  if (codes.includes('CONFLICT')) await rereadEditedCells()
  if (codes.includes('ALREADY_MAPPED')) await readExternals(refused.flatMap(({ wanted }) => wanted.map(({ id }) => id)))
}

const cellOf = (one: Edit) => ({
  organizationId: one.organizationId,
  integrationId: one.integrationId,
  externalOrgIds: one.wanted.map(({ id }) => id),
  expectedExternalOrgIds: one.base.map(({ id }) => id),
})
