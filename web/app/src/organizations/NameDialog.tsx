import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { request } from '../api/client'
import { CreateOrganization, type Organization, type Quota, UpdateOrganization } from '../api/documents'
import { offerUndo } from '../history/offering'
import { words } from '../words'

const text = words.organizations.nameDialog

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
    const [done, wrong, changeId] = await (organization ? rename(organization.id, name) : create(name))
    setBusy(false)
    if (wrong !== null || !done) return setProblem(wrong ?? words.problems.ourFault)
    offerUndo(organization ? words.notifications.renamed(done.name) : words.notifications.created(done.name), { changeIds: changeId === null ? [] : [changeId] })
    if (!organization) onCreated?.(done)
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title={<strong>{organization ? text.rename : words.organizations.create}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          label={text.name}
          description={organization ? text.keepsMappings : quotaText(quota)}
          value={name}
          maxLength={200}
          data-autofocus
          disabled={full}
          error={problem}
          onChange={(event) => { setName(event.currentTarget.value); setProblem(null) }}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit" loading={busy} disabled={full || name.trim() === '' || name.trim() === organization?.name}>
            {organization ? words.common.rename : text.create}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

/** The organization, or why there is none, and the change that this made. */
type Outcome = [Organization | null, string | null, string | null]

async function create(name: string): Promise<Outcome> {
  const result = await request('mutation', CreateOrganization, { name })
  if (result.problem !== null) return [null, result.problem, null]
  const { organization, userErrors, change } = result.data.createOrganization
  return [organization, userErrors[0]?.message ?? null, change?.id ?? null]
}

async function rename(id: string, name: string): Promise<Outcome> {
  const result = await request('mutation', UpdateOrganization, { id, name })
  if (result.problem !== null) return [null, result.problem, null]
  const { organization, userErrors, change } = result.data.updateOrganization
  return [organization, userErrors[0]?.message ?? null, change?.id ?? null]
}

function quotaText(quota: Quota | undefined): string {
  if (!quota || quota.remaining === null) return text.usesOne
  if (quota.remaining === 0) return text.limitReached
  return text.usesOneOf(quota.remaining)
}
