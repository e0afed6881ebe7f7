import { conflicts, type Edit, keyOf, open, type Staged } from './staged'

/**
 * Returns edits in groups that only one save can carry out: if an external organization leaves one cell and enters another, both
 * cells belong to a group. The groups and the edits in them keep their order.
 */
export function groups(edits: readonly Edit[]): Edit[][] {
  const leaving = new Map<string, number>()
  edits.forEach((edit, at) => {
    for (const { id } of edit.base) if (!edit.wanted.some((one) => one.id === id)) leaving.set(id, at)
  })
  const parent = edits.map((_, at) => at)
  const root = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
    return at
  }
  edits.forEach((edit, at) => {
    for (const { id } of edit.wanted) {
      const from = leaving.get(id)
      if (from === undefined || from === at) continue
      const [one, other] = [root(at), root(from)]
      parent[Math.max(one, other)] = Math.min(one, other)
    }
  })
  const byRoot = new Map<number, Edit[]>()
  edits.forEach((edit, at) => {
    const all = byRoot.get(root(at))
    if (all) all.push(edit)
    else byRoot.set(root(at), [edit])
  })
  return [...byRoot.values()]
}

/** Divides edits among saves of at most limit cells. A group that is larger than that cannot be saved, and is returned apart. */
export function inChunks(edits: readonly Edit[], limit: number): { chunks: Edit[][]; tooLarge: Edit[] } {
  const chunks: Edit[][] = []
  const tooLarge: Edit[] = []
  for (const group of groups(edits)) {
    const last = chunks.at(-1)
    if (group.length > limit) tooLarge.push(...group)
    else if (last && last.length + group.length <= limit) last.push(...group)
    else chunks.push(group)
  }
  return { chunks, tooLarge }
}

/** Returns edits without some of them, and without those that only make sense together with them. */
export function without(edits: readonly Edit[], left: ReadonlySet<string>): Edit[] {
  if (left.size === 0) return [...edits]
  return groups(edits).filter((group) => !group.some((edit) => left.has(keyOf(edit)))).flat()
}

/** Returns the edits that a save sends: those that wait for a choice stay, and with them the other side of their moves. */
export const ready = (all: Staged): Edit[] => without(open(all), new Set(conflicts(all).map(keyOf)))
