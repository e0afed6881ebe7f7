import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { Integration, Viewer } from '../api/documents'
import { arranged, changed, type Choice, type Column, complete, moved, restored, stored } from './columns'

/** Changes how the columns are arranged, and remembers it. */
export interface Arranging {
  set: (id: string, choice: Partial<Pick<Choice, 'width' | 'hidden' | 'pinned'>>) => void
  /** Moves a column before another one, or to the end if before is null. */
  move: (id: string, before: string | null) => void
  showAll: () => void
}

/**
 * Returns all columns, those to show, and a way to arrange them. This browser remembers a person's arrangement for each account;
 * without storage it lasts until the page is closed.
 */
export function useColumns(viewer: Viewer, integrations: readonly Integration[]): { all: Column[]; visible: Column[]; arranging: Arranging } {
  const key = `orgmap-columns:${viewer.account.id}:${viewer.name}`
  const [choices, setChoices] = useState(() => ({ key, of: read(key) }))
  const mine = useMemo(() => (choices.key === key ? choices.of : read(key)), [choices, key])
  const ids = useMemo(() => integrations.map(({ id }) => id), [integrations])

  useEffect(() => {
    // Another tab has arranged them. Without a key, it has cleared everything.
    const listen = (event: StorageEvent) => {
      if (event.key === key || event.key === null) setChoices({ key, of: restored(event.newValue) })
    }
    window.addEventListener('storage', listen)
    return () => window.removeEventListener('storage', listen)
  }, [key])

  const latest = useRef(mine)
  useEffect(() => {
    latest.current = mine
  })
  const change = useCallback((how: (all: Choice[]) => Choice[]) => {
    latest.current = how(complete(latest.current, ids))
    write(key, latest.current)
    setChoices({ key, of: latest.current })
  }, [key, ids])

  const arranging = useMemo<Arranging>(() => ({
    set: (id, choice) => change((all) => changed(all, id, choice)),
    move: (id, before) => change((all) => moved(all, id, before)),
    showAll: () => change((all) => all.map((choice) => ({ ...choice, hidden: false }))),
  }), [change])
  const all = useMemo(() => arranged(integrations, mine), [integrations, mine])
  const visible = useMemo(() => all.filter(({ hidden }) => !hidden), [all])
  return { all, visible, arranging }
}

function read(key: string): Choice[] {
  try {
    return restored(localStorage.getItem(key))
  } catch {
    return [] // the browser does not let the page store anything
  }
}

function write(key: string, choices: readonly Choice[]): void {
  try {
    localStorage.setItem(key, stored(choices))
  } catch {
    // Storage is full or blocked: the arrangement lasts until the page is closed.
  }
}
