import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { ask } from '../api/client'
import { type ApplicationInfo, ConnectIntegration, type Integration } from '../api/documents'
import { tell } from '../ui/announce'
import { refresh } from '../ui/refreshing'
import { CredentialFields, credentialsOf, remaining, type UserError } from './CredentialFields'
import styles from './IntegrationsPage.module.css'

const ownAddress = 'own'

interface Props {
  applications: readonly ApplicationInfo[]
  onClose: () => void
  onConnected: (integrationIds: readonly string[]) => void
}

/** Connects an application. The server tests the credentials with the vendor before it stores them. */
export function ConnectDialog({ applications, onClose, onConnected }: Props) {
  const [application, setApplication] = useState<Integration['application'] | null>(null)
  const info = applications.find((one) => one.application === application)
  return (
    <Modal opened onClose={onClose} title={<strong>Connect an integration</strong>} size="lg">
      <Select
        label="Application"
        placeholder="Choose…"
        data={applications.map(({ application: value, name }) => ({ value, label: name }))}
        value={application}
        allowDeselect={false}
        searchable
        data-autofocus
        onChange={(value) => setApplication(value)}
      />
      {info
        ? <ConnectForm key={info.application} info={info} onClose={onClose} onConnected={onConnected} />
        : <Group justify="flex-end" mt="lg"><Button variant="default" onClick={onClose}>Cancel</Button></Group>}
    </Modal>
  )
}

function ConnectForm({ info, onClose, onConnected }: Omit<Props, 'applications'> & { info: ApplicationInfo }) {
  const [name, setName] = useState('')
  const [region, setRegion] = useState(info.regions[0]?.baseUrl ?? ownAddress)
  const [address, setAddress] = useState('')
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setErrors([])
    const answer = await ask('mutation', ConnectIntegration, {
      input: {
        application: info.application,
        name: name.trim() || null,
        baseUrl: region === ownAddress ? address.trim() || null : region,
        credentials: credentialsOf(info.credentialFields, values),
      },
    })
    setBusy(false)
    setProblem(answer.problem)
    if (answer.problem !== null) return
    const { integrations, userErrors } = answer.data.connectIntegration
    if (userErrors.length > 0) return setErrors(userErrors)
    tell('done', `Connected ${integrations.map((one) => one.name).join(', ')}.`)
    onConnected(integrations.map(({ id }) => id))
    onClose()
    await refresh(integrations.map(({ id }) => id))
  }

  const about = (field: string) => errors.find(({ path }) => path[1] === field && path.length === 2)?.message
  const modular = info.application === 'KASEYA_ONE'
  const rest = problem ?? remaining(errors, (path) => ['name', 'baseUrl'].includes(path[1] ?? '') || (path[1] === 'credentials' && path.length > 2))
  return (
    <form onSubmit={(event) => void submit(event)} autoComplete="off">
      <Stack gap="sm" mt="sm">
        {modular && (
          <p className={styles.soft}>One connection adds a column for each KaseyaOne module that lists organizations.</p>
        )}
        <TextInput label="Name (optional)"
          description={modular ? 'Optional prefix for the module column names.' : `The column’s name. Left empty, it’s called ${info.name}, with a number if that name is taken.`} value={name} error={about('name')}
          onChange={(event) => setName(event.currentTarget.value)} />
        {info.regions.length > 0 && (
          <Select
            label="Region"
            data={[...info.regions.map(({ name: label, baseUrl }) => ({ value: baseUrl, label: `${label} (${baseUrl.replace('https://', '')})` })), { value: ownAddress, label: 'Another address' }]}
            value={region}
            allowDeselect={false}
            error={region === ownAddress ? undefined : about('baseUrl')}
            onChange={(value) => setRegion(value ?? ownAddress)}
          />
        )}
        {region === ownAddress && (
          <TextInput label="Address" placeholder="https://…" type="url" value={address} error={about('baseUrl')}
            onChange={(event) => setAddress(event.currentTarget.value)} />
        )}
        <CredentialFields fields={info.credentialFields} values={values} errors={errors}
          onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))} />
        <p className={styles.soft}>We’ll test these credentials now, then store them encrypted. They’re never shown again.</p>
        {rest && <p className={styles.refusal} role="alert">{rest}</p>}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={busy} disabled={region === ownAddress && address.trim() === ''}>Connect</Button>
      </Group>
    </form>
  )
}
