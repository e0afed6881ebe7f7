import { Button } from '@mantine/core'
import { useState } from 'react'

import { words } from '../words'
import { history } from '../words/history'
import { ChangeLink } from './ChangeLink'
import type { SkippedEdit } from './documents'
import { rowOf } from './editRows'
import styles from './History.module.css'
import type { Sum } from './preview'

const text = history.undo
const firstShown = 5 // skipped edits

interface Props {
  sum: Sum
  redoes: boolean
  /** Whether the account has changed since an earlier preview was shown. */
  changed: boolean
  problem: string | null
  busy: boolean
  editable: boolean
  onUndo: () => void
  onCancel: () => void
  /** Called when a link to another change is followed. */
  onFollow?: () => void
}

/** What undoing would do, what it would leave as it is and why, and doing it. */
export function UndoPanel({ sum: { reverts, skippedCount, skipped }, redoes, changed, problem, busy, editable, onUndo, onCancel, onFollow }: Props) {
  const [all, setAll] = useState(false)
  const shown = all ? skipped : skipped.slice(0, firstShown)
  const total = reverts + skippedCount
  return (
    <>
      {changed && <p className={styles.changed} role="alert">{text.changed}</p>}
      <p className={styles.panelTitle}>{reverts === 0 ? text.titleNone({ redoes }) : skippedCount === 0 ? text.titleAll({ reverts, redoes }) : text.title({ reverts, total, redoes })}</p>
      {skippedCount > 0 && (
        <>
          <p className={styles.soft}>{text.stays(skippedCount)}</p>
          <ul className={styles.reasons}>
            {shown.map((one, at) => <Skipped key={at} skipped={one} onFollow={onFollow} />)}
          </ul>
          {!all && skipped.length > firstShown && <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>{text.showAll(skipped.length)}</Button>}
          {all && skipped.length < skippedCount && <p className={styles.soft}>{text.firstShown(skipped.length)}</p>}
        </>
      )}
      {problem !== null && <p className={styles.problem} role="alert">{problem}</p>}
      <div className={styles.panelButtons}>
        {editable && reverts > 0 && <Button loading={busy} onClick={onUndo}>{text.submit({ reverts, redoes })}</Button>}
        <Button variant="default" disabled={busy} onClick={onCancel}>{editable && reverts > 0 ? words.common.cancel : words.common.close}</Button>
      </div>
    </>
  )
}

function Skipped({ skipped: { edit, reason, because, now }, onFollow }: { skipped: SkippedEdit; onFollow: (() => void) | undefined }) {
  const { subject, place } = rowOf(edit)
  return (
    <li>
      <span className={styles.diamond} aria-hidden="true" />
      <span>
        <strong>{subject.then}</strong> {edit.__typename === 'MappingEdit' && text.place(place)}{': '}
        {text.reason({ reason, because: because && { name: because.actor.name, at: because.at }, now, mapping: edit.__typename === 'MappingEdit' })}
        {because && (
          <>{' '}<ChangeLink id={because.id} className={styles.link} label={text.showFor(because.actor.name)} onFollow={onFollow}>{text.show}</ChangeLink></>
        )}
      </span>
    </li>
  )
}
