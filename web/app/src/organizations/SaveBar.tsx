import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { lazy, useRef, useState } from 'react'

import { changeSearch, changeSubject } from '../history/asking'
import { offerUndo, undoChanges } from '../history/offering'
import { follow } from '../router'
import { notify } from '../ui/notifications'
import { Icon } from '../ui/Icon'
import { Later } from '../ui/Later'
import { useStore } from '../ui/store'
import { formatTime } from '../ui/format'
import { words } from '../words'
import { ready } from './chunks'
import { kept } from './keeping'
import { type Outcome, progress, save } from './saving'
import styles from './SetupPage.module.css'
import { conflicts, drop, type Edit, open, redo, undo } from './staged'
import { cellErrors, edit, lastSave, type Saved, staged } from './workspace'

const ReviewDialog = lazy(async () => ({ default: (await import('./ReviewDialog')).ReviewDialog }))

const text = words.organizations.changes

interface Props {
  columnName: (integrationId: string) => string
  onShowConflicts: () => void
  /** Called with whether the page has to move the focus, because the pressed button is gone. */
  onSaved: (byKeyboard: boolean) => void
}

/** The bar at the bottom of the page while there are unsaved edits, or edits to restore. */
export function SaveBar({ columnName, onShowConflicts, onSaved }: Props) {
  const all = useStore(staged)
  const errors = useStore(cellErrors, ({ size }) => size)
  const progressing = useStore(progress)
  const last = useStore(lastSave)
  const allKept = useStore(kept)
  const saving = progressing !== null
  const [reviewing, setReviewing] = useState(false)
  const edits = open(all)
  const savable = ready(all).length
  const inConflict = conflicts(all).length
  const bar = useRef<HTMLElement>(null)
  const organizations = new Set(edits.map(({ organizationId }) => organizationId)).size
  const submit = async () => {
    // A busy button loses the focus, so note before the save where it was.
    const here = bar.current?.contains(document.activeElement) === true || reviewing
    const outcome = await save()
    if (outcome.problem === null) setReviewing(false)
    report(outcome)
    if (outcome.saved.length > 0) onSaved(here && (document.activeElement === null || document.activeElement === document.body || reviewing || bar.current?.contains(document.activeElement) === true))
  }
  useHotkeys([['mod+S', () => { if (edits.length > 0 && !saving) void submit() }]], [])
  if (edits.length === 0 && all.past.length === 0 && all.future.length === 0 && !saving && !last) return null

  return (
    <section ref={bar} className={styles.saveBar} aria-label={text.label}>
      <span className={styles.saveText} role="status">
        {saving ? text.saving(progressing) : edits.length > 0 ? text.unsaved({ changes: edits.length, organizations }) : !last && text.none}
        {inConflict > 0 && !saving && (
          <button type="button" className={styles.problemLink} onClick={onShowConflicts}>
            {savable === 0 ? text.resolve(inConflict) : text.conflicts(inConflict)}
          </button>
        )}
        {errors > 0 && inConflict === 0 && <span className={styles.problemText}>{text.errors(errors)}</span>}
        {edits.length > 0 && !allKept && <span className={styles.problemText}>{text.notKept}</span>}
      </span>
      {last && !saving && (
        <span className={styles.saveText}>
          <Icon name="check" />
          <span>{text.saved({ ...sizeOf(last.edits), time: formatTime(last.at) })}</span>
          {last.changeIds[0] !== undefined && <HistoryLink changeId={last.changeIds[0]} />}
          <button type="button" className={styles.hideSaved} aria-label={text.hideSaved} onClick={() => lastSave.set(null)}><Icon name="close" size={14} /></button>
        </span>
      )}
      <span className={styles.saveButtons}>
        <Button variant="subtle" leftSection={<Icon name="undo" />} disabled={saving || (all.past.length === 0 && !last)} onClick={undoLatest} title={text.undoKeys} aria-label={words.common.undo}><span className={styles.wide}>{words.common.undo}</span></Button>
        <Button variant="subtle" leftSection={<Icon name="redo" />} disabled={all.future.length === 0} onClick={() => edit(redo)} title={text.redoKeys} aria-label={text.redo}><span className={styles.wide}>{text.redo}</span></Button>
        {(edits.length > 0 || saving) && (
          <>
            <Button variant="default" disabled={saving} onClick={() => setReviewing(true)}>{words.common.review}</Button>
            <Button variant="default" disabled={saving} onClick={() => edit((now) => drop(now, now.edits.keys()))}>{words.common.cancel}</Button>
            <Button disabled={savable === 0} loading={saving} onClick={() => void submit()}>{words.common.save}</Button>
          </>
        )}
      </span>
      {reviewing && (
        <Later><ReviewDialog columnName={columnName} onSave={() => void submit()} onClose={() => setReviewing(false)} /></Later>
      )}
    </section>
  )
}

const sizeOf = (edits: readonly Edit[]) => ({ changes: edits.length, organizations: new Set(edits.map(({ organizationId }) => organizationId)).size })

function HistoryLink({ changeId }: { changeId: string }) {
  const search = changeSearch(changeId)
  return <a className={styles.historyLink} href={`/history${search}`} onClick={(event) => follow(event, '/history', search)}>{words.notifications.showInHistory}</a>
}

/** Says what became of a save. */
function report({ saved, problem }: Outcome) {
  const what = saved.length > 0 ? words.notifications.saved(sizeOf(saved)) : null
  const last = lastSave.get()
  if (what === null) {
    if (problem !== null) notify('problem', problem, changeSubject)
  } else if (problem === null || !last) notify('done', what, changeSubject)
  else offerUndo(words.problems.partly({ done: what, problem }), wantedOf(last), 'problem') // the bar's Undo is about what is left
}

/** Undoes the last unsaved edit; if there is none, the last save. */
export function undoLatest(): void {
  const last = lastSave.get()
  if (staged.get().past.length > 0) edit(undo)
  else if (last && !progress.get()) void undoSave(last)
}

const wantedOf = (last: Saved) => ({
  changeIds: last.changeIds, done: words.notifications.saveUndone(sizeOf(last.edits)), onUndone: () => { if (lastSave.get() === last) lastSave.set(null) },
})

async function undoSave(last: Saved) {
  lastSave.set(null) // it is undone only once
  const undone = await undoChanges(wantedOf(last))
  // Someone may be deciding about it, or it did not work.
  if (!undone && lastSave.get() === null && staged.get().past.length === 0) lastSave.set(last)
}
