import { useCallback, useEffect, useMemo, useState } from 'react'

import { notify } from '../ui/notifications'
import { byTool } from '../words/byTool'
import { maxPageLength } from './LensList'
import type { Selection } from './rows'
import type { Lens } from './useLens'

const mostSelected = 10_000 // rows: more would take minutes to decide about

/** The selected rows, with their states as far as they are known. */
export interface Selecting {
  selected: Selection
  setSelected: React.Dispatch<React.SetStateAction<Selection>>
  /** Selects all rows of the list, whether they are loaded or not. */
  selectAll: () => Promise<void>
  /** How much of the list has been selected, while it is read; else null. */
  progress: string | null
}

/** Returns the selection in a list. Another list, whose name differs, begins with none. */
export function useSelection(lens: Lens, name: string): Selecting {
  const [selection, setSelection] = useState<Selection>(new Map())
  const [progress, setProgress] = useState<string | null>(null)
  useEffect(() => setSelection(new Map()), [name])

  const { rows } = lens.state
  const selected = useMemo(() => {
    const states = new Map(rows.map(({ id, matchState }) => [id, matchState]))
    return new Map([...selection].map(([id, state]) => [id, states.get(id) ?? state]))
  }, [selection, rows])

  const { keys } = lens
  const selectAll = useCallback(async () => {
    const all = new Map<string, typeof rows[number]['matchState']>()
    let cursor: string | null = null
    do {
      const { data, problem }: Awaited<ReturnType<Lens['keys']>> = await keys(cursor, maxPageLength)
      if (problem !== null) {
        notify('problem', problem, 'select')
        break
      }
      for (const { id, matchState } of data.rows) if (all.size < mostSelected) all.set(id, matchState)
      cursor = data.cursor
      setProgress(byTool.selection.selecting({ read: all.size, total: data.total }))
    } while (cursor !== null && all.size < mostSelected)
    if (cursor !== null && all.size >= mostSelected) notify('done', byTool.selection.capped(mostSelected), 'select')
    setProgress(null)
    setSelection(all)
  }, [keys])
  return { selected, setSelected: setSelection, selectAll, progress }
}
