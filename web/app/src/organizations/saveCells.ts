import { request } from '../api/client'
import { SaveMappings } from '../api/documents'
import { words } from '../words'
import type { UndoCell } from './suggestions'

/** Saves cells, all or none. Returns an error message, or null. */
export async function saveCells(cells: UndoCell[]): Promise<string | null> {
  const { data, problem } = await request('mutation', SaveMappings, { cells })
  if (problem !== null) return problem
  const [first, ...others] = data.saveMappings.userErrors
  return first ? words.problems.notSaved({ message: first.message, errors: others.length + 1 }) : null
}
