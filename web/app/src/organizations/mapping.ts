import { request } from '../api/client'
import { type Organization, OrganizationsById } from '../api/documents'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { byTool as text } from '../words/byTool'
import { type CellChange, moving, reversed } from './cellchanges'
import { saveCells } from './saveCells'
import type { UndoCell } from './suggestions'
import { externalsOf } from './workspace'

interface Named {
  id: string
  name: string
}

/** An external organization that is mapped at once, without unsaved edits. */
export interface Movable extends Named {
  integrationId: string
  /** The organization that it is mapped to now. */
  holder: Named | null
}

const cellsOf = (changes: readonly CellChange[], integrationId: string): UndoCell[] => changes.map(({ organizationId, before, after }) => (
  { organizationId, integrationId, externalOrgIds: [...after], expectedExternalOrgIds: [...before] }))

/** Maps an external organization to an organization at once, and offers to undo that. Returns whether it was mapped. */
export const mapTo = (external: Movable, organization: Named, onUndone: () => void = () => undefined) =>
  change(external, organization, text.done.mapped({ external: external.name, organization: organization.name }), onUndone)

/** Clears the mapping of an external organization at once, and offers to undo that. Returns whether it was cleared. */
export const clear = (external: Movable, onUndone: () => void = () => undefined) => change(external, null, text.done.cleared(external.name), onUndone)

async function change(external: Movable, to: Named | null, done: string, onUndone: () => void): Promise<boolean> {
  const about = `map ${external.id}`
  const ids = [...new Set([external.holder?.id, to?.id].filter((id) => id !== undefined))]
  const read = await request('query', OrganizationsById, { ids })
  if (read.problem !== null) return fail(read.problem, about)
  const cellOf = (named: Named | null) => {
    const found = read.data.nodes.find((node): node is Organization & { __typename: 'Organization' } => node?.__typename === 'Organization' && node.id === named?.id)
    return found ? { id: found.id, cell: externalsOf(found, external.integrationId).map(({ id }) => id) } : null
  }
  const target = cellOf(to)
  if (to && !target) return fail(text.problems.organizationGone(to.name), about)
  const changes = moving(external.id, cellOf(external.holder), target)
  const problem = await saveCells(cellsOf(changes, external.integrationId))
  if (problem !== null) return fail(problem, about)
  notify('done', done, about, { label: words.common.undo, run: () => void undo(external, changes, about).then(onUndone) })
  return true
}

async function undo(external: Movable, changes: readonly CellChange[], about: string): Promise<void> {
  const problem = await saveCells(cellsOf(reversed(changes), external.integrationId))
  if (problem !== null) return notify('problem', problem, about)
  notify('done', external.holder ? text.done.mapped({ external: external.name, organization: external.holder.name }) : text.done.mappingUndone(external.name), about)
}

function fail(problem: string, about: string): false {
  notify('problem', problem, about)
  return false
}
