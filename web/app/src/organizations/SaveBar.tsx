import { Button } from '@mantine/core'
import { useRef, useState } from 'react'

import { tell } from '../ui/announce'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { plural } from '../ui/words'
import { ReviewDialog } from './ReviewDialog'
import styles from './SetupPage.module.css'
import { conflicts, drop, open, redo, undo } from './staged'
import { complaints, edit, save, staged } from './workspace'

interface Props {
  columnName: (integrationId: string) => string
  onShowConflicts: () => void
  /** Called with whether the page now has to place the focus: the button that was pressed is gone. */
  onSaved: (byKeyboard: boolean) => void
}

/** The bar at the bottom of the page while there are unsaved edits, or edits to restore. */
export function SaveBar({ columnName, onShowConflicts, onSaved }: Props) {
  const all = useStore(staged)
  const complained = useStore(complaints, ({ size }) => size)
  const [saving, setSaving] = useState(false)
  const [reviewing, setReviewing] = useState(false)
  const edits = open(all)
  const inConflict = conflicts(all).length
  const bar = useRef<HTMLElement>(null)
  if (edits.length === 0 && all.past.length === 0 && all.future.length === 0 && !saving) return null

  const organizations = new Set(edits.map(({ organizationId }) => organizationId)).size
  const submit = async () => {
    // A busy button loses the focus, so note before the save where it was.
    const here = bar.current?.contains(document.activeElement) === true || reviewing
    setSaving(true)
    const problem = await save()
    setSaving(false)
    if (problem !== null) return tell('problem', problem, 'save')
    setReviewing(false)
    tell('done', `Saved ${plural(edits.length, 'change')} in ${plural(organizations, 'organization')}.`, 'save')
    onSaved(here && (document.activeElement === null || document.activeElement === document.body || reviewing || bar.current?.contains(document.activeElement) === true))
  }

  return (
    <section ref={bar} className={styles.saveBar} aria-label="Unsaved changes">
      <span className={styles.saveText} role="status">
        {saving ? 'Saving…' : edits.length === 0 ? 'No unsaved changes' : <><strong>{plural(edits.length, 'unsaved change')}</strong> in {plural(organizations, 'organization')}</>}
        {inConflict > 0 && <button type="button" className={styles.problemLink} onClick={onShowConflicts}>Resolve {plural(inConflict, 'conflict')} to save</button>}
        {complained > 0 && inConflict === 0 && <span className={styles.problemText}>{plural(complained, 'cell')} could not be saved</span>}
      </span>
      <span className={styles.saveButtons}>
        <Button variant="subtle" leftSection={<Icon name="undo" />} disabled={all.past.length === 0} onClick={() => edit(undo)} title="Ctrl+Z" aria-label="Undo"><span className={styles.wide}>Undo</span></Button>
        <Button variant="subtle" leftSection={<Icon name="redo" />} disabled={all.future.length === 0} onClick={() => edit(redo)} title="Ctrl+Shift+Z" aria-label="Redo"><span className={styles.wide}>Redo</span></Button>
        {(edits.length > 0 || saving) && (
          <>
            <Button variant="default" disabled={saving} onClick={() => setReviewing(true)}>Review</Button>
            <Button variant="default" disabled={saving} onClick={() => edit((now) => drop(now, now.edits.keys()))}>Cancel</Button>
            <Button disabled={inConflict > 0} loading={saving} onClick={() => void submit()}>Save</Button>
          </>
        )}
      </span>
      {reviewing && (
        <ReviewDialog columnName={columnName} saving={saving} onSave={() => void submit()} onClose={() => setReviewing(false)} />
      )}
    </section>
  )
}
