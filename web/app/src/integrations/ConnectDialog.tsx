import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { request } from '../api/client'
import { type ApplicationInfo, ConnectIntegration, type Integration } from '../api/documents'
import { notify } from '../ui/notifications'
import { refresh } from '../ui/refreshing'
import { words } from '../words'
import { CredentialFields, credentialsOf, remaining, type UserError } from './CredentialFields'
import { applicationToRestore } from './DisconnectedList'
import type { Disconnected } from './documents'
import styles from './IntegrationsPage.module.css'

const ownAddress = 'own'
const { common } = words
const text = words.integrations.form

interface FormProps {
  /** The disconnected integration to bring back; null to connect a new one. */
  restores: Disconnected | null
  onClose: () => void
  onConnected: (integrationIds: readonly string[]) => void
}

interface Props extends FormProps {
  applications: readonly ApplicationInfo[]
}

/** Connects an application, or a disconnected integration again. The server tests the credentials with the vendor before it stores them. */
export function ConnectDialog({ applications, restores, ...rest }: Props) {
  const [application, setApplication] = useState<Integration['application'] | null>(null)
  const info = restores ? applicationToRestore(restores, applications) : applications.find((one) => one.application === application)
  const { onClose } = rest
  return (
    <Modal opened onClose={onClose} title={<strong>{restores ? text.again(restores.name) : common.connectIntegration}</strong>} size="lg">
      <Select
        label={text.application}
        placeholder={text.choose}
        nothingFoundMessage={text.noApplication}
        data={applications.map(({ application: value, name }) => ({ value, label: name }))}
        value={info?.application ?? null}
        readOnly={restores !== null}
        allowDeselect={false}
        searchable
        data-autofocus={restores ? undefined : true}
        onChange={(value) => setApplication(value)}
      />
      {info
        ? <ConnectForm key={info.application} info={info} restores={restores} {...rest} />
        : <Group justify="flex-end" mt="lg"><Button variant="default" onClick={onClose}>{common.cancel}</Button></Group>}
    </Modal>
  )
}

function ConnectForm({ info, restores, onClose, onConnected }: FormProps & { info: ApplicationInfo }) {
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
    const result = await request('mutation', ConnectIntegration, {
      input: {
        application: info.application,
        name: name.trim() || null,
        baseUrl: region === ownAddress ? address.trim() || null : region,
        credentials: credentialsOf(info.credentialFields, values),
        restores: restores?.id ?? null,
      },
    })
    setBusy(false)
    setProblem(result.problem)
    if (result.problem !== null) return
    const { integrations, userErrors } = result.data.connectIntegration
    if (userErrors.length > 0) return setErrors(userErrors)
    notify('done', words.notifications.connected(integrations.map((one) => one.name)))
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
          <p className={styles.soft}>{text.modular}</p>
        )}
        {restores && <p className={styles.soft}>{text.againExplained(restores)}</p>}
        <TextInput label={text.name} data-autofocus={restores ? true : undefined}
          description={modular ? text.prefixHelp : restores ? text.againNameHelp(restores.name) : text.nameHelp(info.name)} value={name} error={about('name')}
          onChange={(event) => setName(event.currentTarget.value)} />
        {info.regions.length > 0 && (
          <Select
            label={text.region}
            data={[...info.regions.map(({ name: label, baseUrl }) => ({ value: baseUrl, label: text.regionAt({ region: label, address: baseUrl.replace('https://', '') }) })), { value: ownAddress, label: text.otherAddress }]}
            value={region}
            allowDeselect={false}
            error={region === ownAddress ? undefined : about('baseUrl')}
            onChange={(value) => setRegion(value ?? ownAddress)}
          />
        )}
        {region === ownAddress && (
          <TextInput label={text.address} placeholder={text.addressExample} type="url" value={address} error={about('baseUrl')}
            onChange={(event) => setAddress(event.currentTarget.value)} />
        )}
        <CredentialFields fields={info.credentialFields} values={values} errors={errors}
          onChange={(field, value) => setValues((before) => ({ ...before, [field]: value }))} />
        <p className={styles.soft}>{text.testsCredentials}</p>
        {rest && <p className={styles.refusal} role="alert">{rest}</p>}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" loading={busy} disabled={region === ownAddress && address.trim() === ''}>{common.connect}</Button>
      </Group>
    </form>
  )
}
