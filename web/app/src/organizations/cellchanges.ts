/** A cell before and after a change. */
export interface CellChange {
  organizationId: string
  before: readonly string[]
  after: readonly string[]
}

/** Returns what mapping an external organization to another organization, or to none, does to the cells. */
export function moving(external: string, from: { id: string; cell: readonly string[] } | null, to: { id: string; cell: readonly string[] } | null): CellChange[] {
  const changes: CellChange[] = []
  if (from && from.id !== to?.id) changes.push({ organizationId: from.id, before: from.cell, after: from.cell.filter((id) => id !== external) })
  if (to) changes.push({ organizationId: to.id, before: to.cell, after: to.cell.includes(external) ? to.cell : [...to.cell, external] })
  return changes
}
