import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useRef, useState } from 'react'

import { notify } from '../ui/notifications'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import { ReviewDialog } from './ReviewDialog'
import styles from './SetupPage.module.css'
import { conflicts, drop, open, redo, undo } from './staged'
import { cellErrors, edit, save, staged } from './workspace'

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
  const [saving, setSaving] = useState(false)
  const [reviewing, setReviewing] = useState(false)
  const edits = open(all)
  const inConflict = conflicts(all).length
  const bar = useRef<HTMLElement>(null)
  const organizations = new Set(edits.map(({ organizationId }) => organizationId)).size
  const submit = async () => {
    // A busy button loses the focus, so note before the save where it was.
    const here = bar.current?.contains(document.activeElement) === true || reviewing
    setSaving(true)
    const problem = await save()
    setSaving(false)
    if (problem !== null) return notify('problem', problem, 'save')
    setReviewing(false)
    notify('done', words.notifications.saved({ changes: edits.length, organizations }), 'save')
    onSaved(here && (document.activeElement === null || document.activeElement === document.body || reviewing || bar.current?.contains(document.activeElement) === true))
  }
  useHotkeys([['mod+S', () => { if (edits.length > 0 && !saving) void submit() }]], [])
  if (edits.length === 0 && all.past.length === 0 && all.future.length === 0 && !saving) return null

  return (
    <section ref={bar} className={styles.saveBar} aria-label={text.label}>
      <span className={styles.saveText} role="status">
        {saving ? words.common.saving : edits.length === 0 ? text.none : text.unsaved({ changes: edits.length, organizations })}
        {inConflict > 0 && <button type="button" className={styles.problemLink} onClick={onShowConflicts}>{text.resolve(inConflict)}</button>}
        {errors > 0 && inConflict === 0 && <span className={styles.problemText}>{text.errors(errors)}</span>}
      </span>
      <span className={styles.saveButtons}>
        <Button variant="subtle" leftSection={<Icon name="undo" />} disabled={all.past.length === 0} onClick={() => edit(undo)} title={text.undoKeys} aria-label={words.common.undo}><span className={styles.wide}>{words.common.undo}</span></Button>
        <Button variant="subtle" leftSection={<Icon name="redo" />} disabled={all.future.length === 0} onClick={() => edit(redo)} title={text.redoKeys} aria-label={text.redo}><span className={styles.wide}>{text.redo}</span></Button>
        {(edits.length > 0 || saving) && (
          <>
            <Button variant="default" disabled={saving} onClick={() => setReviewing(true)}>{words.common.review}</Button>
            <Button variant="default" disabled={saving} onClick={() => edit((now) => drop(now, now.edits.keys()))}>{words.common.cancel}</Button>
            <Button disabled={inConflict > 0} loading={saving} onClick={() => void submit()}>{words.common.save}</Button>
          </>
        )}
      </span>
      {reviewing && (
        <ReviewDialog columnName={columnName} saving={saving} onSave={() => void submit()} onClose={() => setReviewing(false)} />
      )}
    </section>
  )
}
