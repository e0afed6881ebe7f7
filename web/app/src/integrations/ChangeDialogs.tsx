import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { ask } from '../api/client'
import { type ApplicationInfo, DisconnectIntegration, type Integration, UpdateIntegration } from '../api/documents'
import type { VariablesOf } from '../api/graphql'
import { tell } from '../ui/announce'
import { plural } from '../ui/words'
import { CredentialFields, credentialsOf, remaining, type UserError } from './CredentialFields'
import styles from './IntegrationsPage.module.css'

type Change = Omit<VariablesOf<typeof UpdateIntegration>['input'], 'integrationId'>

/** Changes an integration. Returns the errors; none on success. */
export async function update(integration: Integration, change: Change): Promise<readonly UserError[]> {
  const answer = await ask('mutation', UpdateIntegration, { input: { integrationId: integration.id, ...change } })
  if (answer.problem !== null) return [{ code: 'UNREACHABLE', message: answer.problem, path: [] }]
  return answer.data.updateIntegration.userErrors
}

interface Props {
  integration: Integration
  onClose: () => void
}

export function RenameDialog({ integration, onClose }: Props) {
  const [name, setName] = useState(integration.name)
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const wrong = await update(integration, { name })
    setBusy(false)
    setErrors(wrong)
    if (wrong.length > 0) return
    tell('done', `Renamed to ${name.trim()}.`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>Rename {integration.name}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput label="Name" value={name} data-autofocus error={errors[0]?.message} onChange={(event) => setName(event.currentTarget.value)} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={busy} disabled={name.trim() === '' || name.trim() === integration.name}>Rename</Button>
        </Group>
      </form>
    </Modal>
  )
}

export function CredentialsDialog({ integration, info, onClose }: Props & { info: ApplicationInfo }) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const wrong = await update(integration, { credentials: credentialsOf(info.credentialFields, values) })
    setBusy(false)
    setErrors(wrong)
    if (wrong.length > 0) return
    tell('done', `Credentials for ${integration.name} updated.`)
    onClose()
  }
  const rest = remaining(errors, (path) => path[1] === 'credentials' && path.length > 2)
  return (
    <Modal opened onClose={onClose} title={<strong>New credentials for {integration.name}</strong>} size="lg">
      <form onSubmit={(event) => void submit(event)} autoComplete="off">
        <Stack gap="sm">
          <p className={styles.soft}>Enter all credentials again. We’ll test them with {integration.baseUrl} before replacing the old ones.{integration.source === 'KASEYA_ONE' && ' KaseyaOne has one sign-in for all its modules, so this changes all of them.'}</p>
          <CredentialFields fields={info.credentialFields} values={values} errors={errors}
            onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))} />
          {rest && <p className={styles.refusal} role="alert">{rest}</p>}
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={busy}>Test and save</Button>
        </Group>
      </form>
    </Modal>
  )
}

export function DisconnectDialog({ integration, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const answer = await ask('mutation', DisconnectIntegration, { id: integration.id, confirmName: typed })
    setBusy(false)
    const wrong = answer.problem ?? answer.data?.disconnectIntegration.userErrors[0]?.message
    if (wrong) return setProblem(wrong)
    tell('done', `Disconnected ${integration.name}.`)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>Disconnect {integration.name}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <p className={styles.warning}>
          This deletes its {plural(integration.counts.total + integration.counts.removed, 'organization')} and{' '}
          <strong>{plural(integration.counts.mapped, 'mapping')}</strong> and can’t be undone. To stop refreshing only, pause it instead.
          {integration.source === 'KASEYA_ONE' && ' Other KaseyaOne modules stay. This one won’t come back automatically.'}
        </p>
        <TextInput label={<>Type “<strong>{integration.name}</strong>” to confirm</>} value={typed} error={problem} autoComplete="off" data-autofocus
          onChange={(event) => { setTyped(event.currentTarget.value); setProblem(null) }} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" color="red.9" loading={busy} disabled={typed !== integration.name}>Disconnect</Button>
        </Group>
      </form>
    </Modal>
  )
}
