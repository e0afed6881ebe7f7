import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { ask } from '../api/client'
import { CreateOrganization, type Organization, type Quota, UpdateOrganization } from '../api/documents'
import { tell } from '../ui/announce'
import { count } from '../ui/words'

interface Props {
  /** The organization to rename; null to create one. */
  organization: Organization | null
  quota: Quota | undefined
  onClose: () => void
  onCreated?: (organization: Organization) => void
}

/** Creates or renames an organization. */
export function NameDialog({ organization, quota, onClose, onCreated }: Props) {
  const [name, setName] = useState(organization?.name ?? '')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const full = organization === null && quota?.remaining === 0

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const [done, wrong] = await (organization ? rename(organization.id, name) : create(name))
    setBusy(false)
    if (wrong !== null || !done) return setProblem(wrong ?? 'Something went wrong on our side. Try again.')
    tell('done', organization ? `Renamed to ${done.name}.` : `Created ${done.name}.`)
    if (!organization) onCreated?.(done)
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title={<strong>{organization ? 'Rename organization' : 'Create an organization'}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          label="Organization Name"
          description={organization ? 'Its mappings are kept.' : quotaWords(quota)}
          value={name}
          maxLength={200}
          data-autofocus
          disabled={full}
          error={problem}
          onChange={(event) => { setName(event.currentTarget.value); setProblem(null) }}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={busy} disabled={full || name.trim() === '' || name.trim() === organization?.name}>
            {organization ? 'Rename' : 'Create'}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

type Outcome = [Organization | null, string | null]

async function create(name: string): Promise<Outcome> {
  const answer = await ask('mutation', CreateOrganization, { name })
  if (answer.problem !== null) return [null, answer.problem]
  const { organization, userErrors } = answer.data.createOrganization
  return [organization, userErrors[0]?.message ?? null]
}

async function rename(id: string, name: string): Promise<Outcome> {
  const answer = await ask('mutation', UpdateOrganization, { id, name })
  if (answer.problem !== null) return [null, answer.problem]
  const { organization, userErrors } = answer.data.updateOrganization
  return [organization, userErrors[0]?.message ?? null]
}

function quotaWords(quota: Quota | undefined): string {
  if (!quota || quota.remaining === null) return 'Uses 1 organization of your plan.'
  if (quota.remaining === 0) return 'You’ve reached your plan’s limit. Deactivate an organization or upgrade your plan.'
  return `Uses 1 of your ${count(quota.remaining)} remaining organizations.`
}
