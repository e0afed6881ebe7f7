import { Button, Group, Modal } from '@mantine/core'
import { useState } from 'react'

import { request } from '../api/client'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { settings } from '../words/settings'
import { RevokeToken, type Token } from './documents'
import styles from './Settings.module.css'

const text = settings.revoke

interface Props {
  token: Token
  /** When it was last used; null: never. */
  used: string | null
  onClose: () => void
}

/** Asks before it revokes a token. */
export function RevokeDialog({ token: { id, name, role }, used, onClose }: Props) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const revoke = async () => {
    setBusy(true)
    const { data, problem: wrong } = await request('mutation', RevokeToken, { id })
    setBusy(false)
    const refused = wrong ?? data.revokeApiToken.userErrors[0]?.message ?? null
    setProblem(refused)
    if (refused !== null) return
    notify('done', text.done(name), `token ${id}`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title(name)}</strong>}>
      <div className={styles.question}>
        <p>{text.stops(role)} {used === null ? text.neverUsed : text.used(used.toLowerCase())}</p>
        <p>{text.forGood}</p>
        {problem !== null && <p className={styles.refusal} role="alert">{problem}</p>}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onClose}>{words.common.cancel}</Button>
        <Button color="red.9" loading={busy} onClick={() => void revoke()}>{settings.tokens.revoke}</Button>
      </Group>
    </Modal>
  )
}
