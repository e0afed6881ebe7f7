import { notify } from '../ui/notifications'
import { words } from '../words'
import { changeSearch, changeSubject, type Wanted } from './asking'

/** Undoes changes, after a look at the preview: if anything would be skipped, a dialog shows it first. Returns whether they were undone. */
export async function undoChanges(wanted: Wanted): Promise<boolean> {
  try {
    const { undoOrAsk } = await import('./undoing')
    return await undoOrAsk(wanted, offerUndo)
  } catch {
    offerUndo(words.problems.notLoaded, wanted, 'problem')
    return false
  }
}

/** Says what was done or what went wrong, and offers to undo the changes and to show them in History. Without changes, nothing is offered. */
export function offerUndo(text: string, wanted: Wanted, kind: 'done' | 'problem' = 'done'): void {
  const [newest] = wanted.changeIds
  if (newest === undefined) return notify(kind, text, changeSubject)
  notify(kind, text, changeSubject, {
    label: wanted.redoes ? words.organizations.changes.redo : words.common.undo, run: () => void undoChanges(wanted),
    link: { label: words.notifications.showInHistory, path: '/history', search: changeSearch(newest) }, kept: true,
  })
}
