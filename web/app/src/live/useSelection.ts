import { useCallback, useEffect, useMemo, useState } from 'react'

import { notify } from '../ui/notifications'
import { lists } from '../words/lists'
import { type Item, maxPageLength, type Source } from './LiveList'

const mostSelected = 10_000 // rows: more would take minutes to decide about

/** The IDs of selected rows, each with what there is to know about it. */
export type Selection<Fact> = ReadonlyMap<string, Fact>

/** Returns a selection with the rows between two indexes, both included, selected or not. */
export function selectRange<Row extends Item, Fact>(selected: Selection<Fact>, rows: readonly Row[], factOf: (row: Row) => Fact, from: number, to: number, on: boolean): Map<string, Fact> {
  const next = new Map(selected)
  for (const row of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (on) next.set(row.id, factOf(row))
    else next.delete(row.id)
  }
  return next
}

/** The selected rows, with their facts as far as they are known. */
export interface Selecting<Fact> {
  selected: Selection<Fact>
  setSelected: React.Dispatch<React.SetStateAction<Selection<Fact>>>
  /** Selects all rows of the list, whether they are loaded or not. */
  selectAll: () => Promise<void>
  /** How much of the list has been selected, while it is read; else null. */
  progress: string | null
}

/** Returns the selection in a list. Another list, whose name differs, begins with none. factOf must stay the same. */
export function useSelection<Row extends Item, Key extends Item, Fact>(
  name: string, rows: readonly Row[], keys: Source<Row, Key>['keys'], factOf: (row: Row | Key) => Fact,
): Selecting<Fact> {
  const [selection, setSelection] = useState<Selection<Fact>>(new Map())
  const [progress, setProgress] = useState<string | null>(null)
  useEffect(() => setSelection(new Map()), [name])

  const selected = useMemo(() => {
    const known = new Map(rows.map((row) => [row.id, factOf(row)]))
    return new Map([...selection].map(([id, fact]) => [id, known.get(id) ?? fact]))
  }, [selection, rows, factOf])

  const selectAll = useCallback(async () => {
    const all = new Map<string, Fact>()
    let cursor: string | null = null
    do {
      const { data, problem }: Awaited<ReturnType<typeof keys>> = await keys(maxPageLength, cursor)
      if (problem !== null) {
        notify('problem', problem, 'select')
        break
      }
      for (const key of data.rows) if (all.size < mostSelected) all.set(key.id, factOf(key))
      cursor = data.cursor
      setProgress(lists.selection.selecting({ read: all.size, total: data.total }))
    } while (cursor !== null && all.size < mostSelected)
    if (cursor !== null && all.size >= mostSelected) notify('done', lists.selection.capped(mostSelected), 'select')
    setProgress(null)
    setSelection(all)
  }, [keys, factOf])
  return { selected, setSelected: setSelection, selectAll, progress }
}
