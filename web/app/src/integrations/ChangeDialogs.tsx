import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { request } from '../api/client'
import { type ApplicationInfo, DisconnectIntegration, type Integration, UpdateIntegration } from '../api/documents'
import type { VariablesOf } from '../api/graphql'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { CredentialFields, credentialsOf, remaining, type UserError } from './CredentialFields'
import styles from './IntegrationsPage.module.css'

const { common, notifications } = words
const text = words.integrations

type Change = Omit<VariablesOf<typeof UpdateIntegration>['input'], 'integrationId'>

/** Changes an integration. Returns the errors; none on success. */
export async function update(integration: Integration, change: Change): Promise<readonly UserError[]> {
  const result = await request('mutation', UpdateIntegration, { input: { integrationId: integration.id, ...change } })
  if (result.problem !== null) return [{ code: 'UNREACHABLE', message: result.problem, path: [] }]
  return result.data.updateIntegration.userErrors
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
    notify('done', notifications.renamed(name.trim()))
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.rename.title(integration.name)}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput label={text.rename.name} value={name} data-autofocus error={errors[0]?.message} onChange={(event) => setName(event.currentTarget.value)} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" loading={busy} disabled={name.trim() === '' || name.trim() === integration.name}>{common.rename}</Button>
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
    notify('done', notifications.credentialsUpdated(integration.name))
    onClose()
  }
  const rest = remaining(errors, (path) => path[1] === 'credentials' && path.length > 2)
  return (
    <Modal opened onClose={onClose} title={<strong>{text.credentials.title(integration.name)}</strong>} size="lg">
      <form onSubmit={(event) => void submit(event)} autoComplete="off">
        <Stack gap="sm">
          <p className={styles.soft}>{text.credentials.explanation(integration.baseUrl)}{integration.source === 'KASEYA_ONE' && ` ${text.credentials.sharedSignIn}`}</p>
          <CredentialFields fields={info.credentialFields} values={values} errors={errors}
            onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))} />
          {rest && <p className={styles.refusal} role="alert">{rest}</p>}
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" loading={busy}>{text.credentials.submit}</Button>
        </Group>
      </form>
    </Modal>
  )
}

export function DisconnectDialog({ integration, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const [forget, setForget] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const result = await request('mutation', DisconnectIntegration, { id: integration.id, confirmName: typed, forget })
    setBusy(false)
    const wrong = result.problem ?? result.data?.disconnectIntegration.userErrors[0]?.message
    if (wrong) return setProblem(wrong)
    notify('done', forget ? notifications.forgotten(integration.name) : notifications.disconnected(integration.name))
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.disconnect.title(integration.name)}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <p className={styles.warning}>
          {text.disconnect.warning({ organizations: integration.counts.total + integration.counts.removed, mappings: integration.counts.mapped })}
          {integration.source === 'KASEYA_ONE' && ` ${text.disconnect.moduleStays}`}
        </p>
        <p className={styles.warning}>{text.disconnect.keeps}</p>
        <Checkbox mb="md" checked={forget} label={text.disconnect.forget} description={text.disconnect.forgetExplained} onChange={(event) => setForget(event.currentTarget.checked)} />
        <TextInput label={text.disconnect.confirm(integration.name)} value={typed} error={problem} autoComplete="off" data-autofocus
          onChange={(event) => { setTyped(event.currentTarget.value); setProblem(null) }} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" color="red.9" loading={busy} disabled={typed !== integration.name}>{common.disconnect}</Button>
        </Group>
      </form>
    </Modal>
  )
}
