import { Button, Group, Modal } from '@mantine/core'
import { useState } from 'react'

import { request } from '../api/client'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { settings } from '../words/settings'
import { BlockPerson, type Person } from './documents'
import styles from './Settings.module.css'

const text = settings.block

interface Props {
  person: Person
  isSelf: boolean
  onClose: () => void
  onBlocked: () => void
}

/** Asks before it ends all access of a person. */
export function BlockDialog({ person, isSelf, onClose, onBlocked }: Props) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const block = async () => {
    setBusy(true)
    const { data, problem: wrong } = await request('mutation', BlockPerson, { id: person.id })
    setBusy(false)
    const refused = wrong ?? data.blockPerson.userErrors[0]?.message ?? null
    setProblem(refused)
    if (refused !== null) return
    notify('done', text.done(person.name), `person ${person.id}`)
    onBlocked()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title(person.name)}</strong>}>
      <div className={styles.question}>
        <p>{text.ends}</p>
        <p>{text.keeps({ engineer: person.engineerCount, vcio: person.vcioCount })}</p>
        {isSelf && <p><strong>{text.yourself}</strong></p>}
        {problem !== null && <p className={styles.refusal} role="alert">{problem}</p>}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onClose}>{words.common.cancel}</Button>
        <Button color="red.9" loading={busy} onClick={() => void block()}>{settings.people.block}</Button>
      </Group>
    </Modal>
  )
}
