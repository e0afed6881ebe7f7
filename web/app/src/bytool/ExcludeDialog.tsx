import { Button, Group, Modal, Select, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { words } from '../words'
import { byTool } from '../words/byTool'
import type { Exclusion } from './actions'
import type { ExclusionReason } from './documents'
import { reasonsFor } from './rows'

const text = byTool.excluding
const mostInNote = 1_000 // characters: the API's limit

interface Props {
  what: string
  proposed: ExclusionReason | null
  onExclude: (exclusion: Exclusion) => void
  onClose: () => void
}

/** Asks why, with which note, and until when to exclude something. */
export function ExcludeDialog({ what, proposed, onExclude, onClose }: Props) {
  const [reason, setReason] = useState<ExclusionReason>(proposed ?? 'NOT_A_CLIENT')
  const [note, setNote] = useState('')
  const [until, setUntil] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // The exclusion ends when the day begins where the user is.
    onExclude({ reason, note: note.trim() || null, until: until === '' ? null : new Date(`${until}T00:00`).toISOString() })
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title(what)}</strong>}>
      <form onSubmit={submit}>
        <Select label={text.reason} value={reason} allowDeselect={false} data={reasonsFor(proposed).map((one) => ({ value: one, label: byTool.reasons[one] }))}
          onChange={(value) => setReason(reasonsFor(null).find((one) => one === value) ?? reason)} />
        <TextInput mt="sm" label={text.note} description={text.noteHint} maxLength={mostInNote} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <TextInput mt="sm" type="date" label={text.until} description={text.untilHint} min={tomorrow()} value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit">{text.submit}</Button>
        </Group>
      </form>
    </Modal>
  )
}

/** Returns tomorrow's date as a date input has it. */
function tomorrow(): string {
  const day = new Date()
  day.setDate(day.getDate() + 1)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
