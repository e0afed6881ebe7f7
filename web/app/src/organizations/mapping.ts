import { request } from '../api/client'
import { type Organization, OrganizationsById } from '../api/documents'
import { offerUndo } from '../history/offering'
import { notify } from '../ui/notifications'
import { byTool as text } from '../words/byTool'
import { type CellChange, moving } from './cellchanges'
import { type Cell, saveCells } from './saveCells'
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

const cellsOf = (changes: readonly CellChange[], integrationId: string): Cell[] => changes.map(({ organizationId, before, after }) => (
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
  const saved = await saveCells(cellsOf(changes, external.integrationId))
  if (typeof saved === 'string') return fail(saved, about)
  offerUndo(done, {
    changeIds: saved.changeId === null ? [] : [saved.changeId], onUndone,
    done: external.holder ? text.done.mapped({ external: external.name, organization: external.holder.name }) : text.done.mappingUndone(external.name),
  })
  return true
}

function fail(problem: string, about: string): false {
  notify('problem', problem, about)
  return false
}
