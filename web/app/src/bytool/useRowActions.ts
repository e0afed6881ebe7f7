import { type Dispatch, type RefObject, type SetStateAction, useMemo, useRef } from 'react'

import { offerUndo } from '../history/offering'
import { selectRange } from '../live/useSelection'
import { clear, mapTo } from '../organizations/mapping'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { byTool } from '../words/byTool'
import { createFrom, exclude, include, movable, reject } from './actions'
import type { LensRow } from './documents'
import type { GridHandle } from './LensGrid'
import type { LensList } from './useLens'
import type { Choice, RowActions } from './rowActions'
import { proposedReason, type Selection } from './rows'

export type Dialog =
  | { kind: 'similar'; row: LensRow; organization: { id: string; name: string } }
  | { kind: 'exclude'; ids: readonly string[]; what: string; proposed: ReturnType<typeof proposedReason>; row: LensRow | null }
  | { kind: 'create'; ids: readonly string[] }
  | { kind: 'accept'; ids: readonly string[] }

/** What the page shows beside the list. */
export interface Shown {
  active: string | null
  open: { id: string; choice: Choice } | null
  searching: string | null
  explained: string | null
  dialog: Dialog | null
}

interface Context {
  list: LensList
  shown: Shown
  show: (part: Partial<Shown>) => void
  setSelected: Dispatch<SetStateAction<Selection>>
  setBusy: Dispatch<SetStateAction<ReadonlySet<string>>>
  grid: RefObject<GridHandle | null>
}

/** What can be done from within a row, and with the organization that was found to be similar. */
export interface Actions extends RowActions {
  createDespite: (row: LensRow) => void
}

/** Returns actions that stay the same, so that rows do not render again. */
export function useRowActions(context: Context): Actions {
  const latest = useRef(context)
  latest.current = context
  const anchor = useRef<string | null>(null)
  return useMemo<Actions>(() => {
    const show = (part: Partial<Shown>) => latest.current.show(part)
    /** Carries out an action, closes the row, and reads it again. The row takes part in no other action meanwhile. */
    const act = async (row: LensRow, action: (again: () => void) => Promise<unknown>) => {
      const { id } = row
      const again = () => void latest.current.list.refresh([id])
      latest.current.setBusy((before) => new Set(before).add(id))
      show({ explained: null, searching: null, ...(latest.current.shown.open?.id === id ? { open: null } : {}) })
      await action(again)
      await latest.current.list.refresh([id])
      latest.current.setBusy((before) => new Set([...before].filter((other) => other !== id)))
    }
    const create = (row: LensRow, despite: boolean) => act(row, async (again) => {
      const about = `map ${row.id}`
      const { results: [result], problem, changeIds } = await createFrom([row.id], new Set(despite ? [row.id] : []), false)
      if (problem !== null || !result) return notify('problem', problem ?? words.problems.ourFault, about)
      if (result.outcome === 'SIMILAR_EXISTS' && result.organization) return show({ dialog: { kind: 'similar', row, organization: result.organization } })
      if (result.outcome === 'CREATED') return offerUndo(byTool.done.created(result.organization?.name ?? row.name), { changeIds, onUndone: again })
      if (result.outcome !== 'MAPPED_EXISTING' || !result.organization) return notify('problem', byTool.problems.skipped, about)
      const { name } = result.organization
      offerUndo(byTool.done.mapped({ external: row.name, organization: name }), { changeIds, done: byTool.done.mappingUndone(row.name), onUndone: again })
    })
    const mapRow = (row: LensRow, organization: { id: string; name: string }) => act(row, (again) => mapTo(movable(row), organization, again))
    return {
      focus: (id) => {
        if (latest.current.shown.active !== id) show({ active: id })
      },
      select: (index, on, together) => {
        const { rows } = latest.current.list.state.get()
        const from = together ? rows.findIndex(({ id }) => id === anchor.current) : -1
        anchor.current = rows[index]?.id ?? null
        latest.current.setSelected((before) => selectRange(before, rows, ({ matchState }) => matchState, from < 0 ? index : from, index, on))
      },
      open: ({ id }, on) => show({ open: on ? { id, choice: null } : null, explained: null }),
      choose: ({ id }, choice) => show({ open: { id, choice }, explained: null }),
      decide: (row) => {
        const choice = latest.current.shown.open?.choice ?? null
        if (choice === null) return
        latest.current.grid.current?.focus(row.id)
        const chosen = typeof choice === 'number' ? row.candidates[choice]?.organization : undefined
        if (chosen) void mapRow(row, chosen)
        else if (choice === 'none') void act(row, (again) => reject(row, row.candidates.map(({ organization }) => organization), again))
      },
      accept: (row) => {
        if (!row.suggestion) return
        latest.current.grid.current?.below(row.id)
        void mapRow(row, row.suggestion.organization)
      },
      explain: ({ id }) => show({ explained: latest.current.shown.explained === id ? null : id }),
      reject: (row) => {
        if (row.suggestion) void act(row, (again) => reject(row, [row.suggestion!.organization], again))
      },
      search: (row) => {
        const before = latest.current.shown.searching
        show({ searching: row?.id ?? null, explained: null })
        if (row === null && before !== null) latest.current.grid.current?.focus(before)
      },
      mapTo: (row, organization) => {
        latest.current.grid.current?.focus(row.id)
        void mapRow(row, organization)
      },
      clear: (row) => void act(row, (again) => clear(movable(row), again)),
      create: (row) => {
        // The server does not ask while it recomputes the suggestion.
        if (row.suggestion) show({ dialog: { kind: 'similar', row, organization: row.suggestion.organization }, explained: null })
        else void create(row, false)
      },
      createDespite: (row) => void create(row, true),
      exclude: (row, reason) => void act(row, (again) => exclude([row.id], byTool.excluding.one(row.name), { reason, note: null, until: null }, again)),
      excludeWithDetails: (row) => show({ dialog: { kind: 'exclude', ids: [row.id], what: byTool.excluding.one(row.name), proposed: proposedReason(row.name), row } }),
      include: (row) => void act(row, (again) => include([row.id], byTool.excluding.one(row.name), again)),
    }
  }, [])
}
