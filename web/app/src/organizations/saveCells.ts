import { request } from '../api/client'
import { SaveMappings } from '../api/documents'
import { words } from '../words'

/** What a cell is to contain, and what it contains now. */
export interface Cell {
  organizationId: string
  integrationId: string
  externalOrgIds: string[]
  expectedExternalOrgIds: string[]
}

/** Saves cells, all or none. Returns the change that this made, if any, or an error message. */
export async function saveCells(cells: Cell[]): Promise<{ changeId: string | null } | string> {
  const { data, problem } = await request('mutation', SaveMappings, { cells })
  if (problem !== null) return problem
  const { change, userErrors: [first, ...others] } = data.saveMappings
  return first ? words.problems.notSaved({ message: first.message, errors: others.length + 1 }) : { changeId: change?.id ?? null }
}
