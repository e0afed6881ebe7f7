import { Button, Group } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { formatExactTime, formatTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { clients } from '../words/clients'
import { saveNote } from './actions'
import styles from './Detail.module.css'
import type { Detail } from './documents'

const text = clients.detail
const longest = 1_000 // characters: the API's limit

/** What the team should know about an organization. Others' changes show, but not in what somebody is writing. */
export function NoteCard({ detail, editable, onChanged }: { detail: Detail; editable: boolean; onChanged: () => void }) {
  const [draft, setDraft] = useState<{ text: string; base: string } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const note = detail.note ?? ''
  const by = detail.noteChange
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const wrong = await saveNote(detail, draft?.text ?? '')
    setBusy(false)
    setProblem(wrong)
    if (wrong !== null) return
    setDraft(null)
    onChanged()
  }
  return (
    <section className={styles.card} aria-labelledby="note">
      <header className={styles.cardHead}>
        <h3 id="note">{text.note}</h3>
        {editable && draft === null && (
          <button type="button" className={`${styles.iconLink} ${styles.headLink}`} aria-label={note === '' ? text.addNote : text.editNote} onClick={() => setDraft({ text: note, base: note })}><Icon name="edit" size={14} /></button>
        )}
      </header>
      {draft === null ? (
        <>
          {note === '' ? <p className={styles.soft}>{text.noNote}</p> : <p className={styles.note}>{note}</p>}
          {by && note !== '' && <p className={styles.soft} title={formatExactTime(by.at)}>{text.noteBy({ name: by.actor.name, time: formatTime(by.at) })}</p>}
        </>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          {/* The button that opened the field is gone, so the field takes the focus. */}
          {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
          <textarea className={styles.field} rows={5} maxLength={longest} aria-label={text.noteLabel} autoFocus value={draft.text} onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
            onKeyDown={(event) => { if (event.key === 'Escape') setDraft(null) }} />
          {note !== draft.base && by && <div role="status"><p className={styles.warn}>{text.noteChanged({ name: by.actor.name })}</p><p className={styles.note}>{note}</p></div>}
          {problem !== null && <p className={styles.bad} role="alert">{problem}</p>}
          <Group gap={8} mt={8}>
            <Button type="submit" size="compact-sm" loading={busy} disabled={draft.text === note}>{words.common.save}</Button>
            <Button variant="default" size="compact-sm" onClick={() => { setDraft(null); setProblem(null) }}>{words.common.cancel}</Button>
          </Group>
        </form>
      )}
    </section>
  )
}
