import { notify } from '../ui/notifications'
import { Store } from '../ui/store'
import { words } from '../words'
import type { Preview } from './preview'

/** Changes that someone wants to undo together. */
export interface Wanted {
  /** The newest first. */
  changeIds: readonly string[]
  /** What to say if every edit was reverted; otherwise the numbers are said. */
  done?: string
  /** The changes undid something, so undoing them redoes it. */
  redoes?: boolean
  onUndone?: () => void
}

/** An undo that would leave some edits as they are, so that a person decides first. */
export interface Asked {
  wanted: Wanted
  preview: Preview
  /** The account has changed since an earlier preview was shown. */
  changed: boolean
}

/** The undo that a dialog asks about. */
export const asked = new Store<Asked | null>(null)

/** The subject of every notification that offers to undo a change: only the latest is shown. */
export const changeSubject = 'change'

/** The address of a change in History. */
export const changeSearch = (id: string) => `?change=${id}`

/** Undoes changes, after a look at the preview: if anything would be skipped, a dialog shows it first. Returns whether they were undone. */
export async function undoChanges(wanted: Wanted): Promise<boolean> {
  try {
    const { undoOrAsk } = await import('./undoing')
    return await undoOrAsk(wanted)
  } catch {
    notify('problem', words.problems.notLoaded, changeSubject)
    return false
  }
}

/** Says what was done, and offers to undo it and to show it in History. Without changes, nothing is offered. */
export function offerUndo(text: string, wanted: Wanted): void {
  const [newest] = wanted.changeIds
  if (newest === undefined) return notify('done', text, changeSubject)
  notify('done', text, changeSubject, {
    label: wanted.redoes ? words.organizations.changes.redo : words.common.undo, run: () => void undoChanges(wanted),
    link: { label: words.notifications.showInHistory, path: '/history', search: changeSearch(newest) }, kept: true,
  })
}
