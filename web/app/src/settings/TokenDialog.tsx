import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { requestUncached } from '../api/client'
import { messageFor } from '../api/problems'
import { remaining, type UserError } from '../integrations/CredentialFields'
import { words } from '../words'
import { settings } from '../words/settings'
import { CreateToken, type CreatedToken } from './documents'
import { isRole, type Role, roleOptions } from './roles'
import { Secret } from './Secret'
import styles from './Settings.module.css'
import { expiresAt, expiries, type Expiry } from './tokens'

const text = settings.token
const expiryOptions = expiries.map((value) => ({ value, label: text.expiries[value] }))

interface Created {
  token: CreatedToken
  secret: string | null
}

/** Creates a token, and shows its secret once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const [created, setCreated] = useState<Created | null>(null)
  // A key or a click beside the dialog must not take away what cannot be shown again.
  const careful = created !== null
  return (
    <Modal opened onClose={onClose} size="lg" closeOnEscape={!careful} closeOnClickOutside={!careful} withCloseButton={!careful}
      title={<strong>{created ? text.createdTitle(created.token.name) : text.title}</strong>}>
      {created ? <Secret secret={created.secret} onClose={onClose} /> : <Form onClose={onClose} onCreated={setCreated} />}
    </Modal>
  )
}

function Form({ onClose, onCreated }: { onClose: () => void; onCreated: (created: Created) => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('VIEWER')
  const [expiry, setExpiry] = useState<Expiry>('quarter')
  const [lastDay, setLastDay] = useState('')
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setErrors([])
    setProblem(null)
    const { data, error } = await requestUncached(CreateToken, { input: { name: name.trim(), role, expiresAt: expiresAt(expiry, lastDay, new Date()) } })
    setBusy(false)
    if (error?.networkError) return setProblem(text.unknown({ name: name.trim(), problem: navigator.onLine ? text.away : text.offline }))
    if (error) return setProblem(messageFor(error, 'mutation'))
    const { token, secret, userErrors } = data.createApiToken
    if (userErrors.length > 0 || !token) return setErrors(userErrors)
    onCreated({ token, secret })
  }

  const about = (field: string) => errors.find(({ path }) => path[1] === field)?.message
  const rest = problem ?? remaining(errors, (path) => ['name', 'role', 'expiresAt'].includes(path[1] ?? ''))
  const onDate = expiry === 'date'
  return (
    <form onSubmit={(event) => void submit(event)} autoComplete="off">
      <Stack gap="sm">
        <TextInput label={text.name} description={text.nameHelp} value={name} maxLength={200} data-autofocus error={about('name')} onChange={(event) => setName(event.currentTarget.value)} />
        <Select label={text.role} data={roleOptions} value={role} allowDeselect={false} description={settings.rolesExplained[role]} error={about('role')}
          onChange={(value) => { if (isRole(value)) setRole(value) }} />
        <Select label={text.expires} data={expiryOptions} value={expiry} allowDeselect={false} error={onDate ? undefined : about('expiresAt')}
          onChange={(value) => setExpiry(expiries.find((one) => one === value) ?? expiry)} />
        {onDate && <TextInput type="date" label={text.date} value={lastDay} error={about('expiresAt')} onChange={(event) => setLastDay(event.currentTarget.value)} />}
        {rest && <p className={styles.refusal} role="alert">{rest}</p>}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
        <Button type="submit" loading={busy} disabled={name.trim() === '' || (onDate && lastDay === '')}>{text.submit}</Button>
      </Group>
    </form>
  )
}
