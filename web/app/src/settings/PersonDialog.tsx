import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { request } from '../api/client'
import type { VariablesOf } from '../api/graphql'
import { remaining, type UserError } from '../integrations/CredentialFields'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { settings } from '../words/settings'
import { type Person, SavePerson } from './documents'
import { isRole, type Role, roleOptions } from './roles'
import styles from './Settings.module.css'

const text = settings.person
const provider = 'PROVIDER'

type Input = VariablesOf<typeof SavePerson>['input']

interface Props {
  /** The person to change; null to add one. */
  person: Person | null
  onClose: () => void
  onSaved: () => void
}

/** Adds a person, or changes one. */
export function PersonDialog({ person, onClose, onSaved }: Props) {
  const [name, setName] = useState(person?.name ?? '')
  const [email, setEmail] = useState(person?.email ?? '')
  const [role, setRole] = useState<Role | null>(person?.assignedRole ?? null)
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  // Someone may sign in for the first time while the dialog is open.
  const signedIn = person !== null && person.signedInAt !== null
  const input = inputOf(person, signedIn, { name: name.trim(), email: email.trim(), role })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setErrors([])
    const result = await request('mutation', SavePerson, { input })
    setBusy(false)
    setProblem(result.problem)
    if (result.problem !== null) return
    const { person: saved, userErrors } = result.data.savePerson
    if (userErrors.length > 0 || !saved) return setErrors(userErrors)
    notify('done', person ? text.saved(saved.name) : text.added(saved.name), `person ${saved.id}`)
    onSaved()
  }

  const about = (field: string) => errors.find(({ path }) => path[1] === field)?.message
  const rest = problem ?? remaining(errors, (path) => ['name', 'email', 'role'].includes(path[1] ?? ''))
  const unchanged = person !== null && Object.keys(input).length === 1
  return (
    <Modal opened onClose={onClose} title={<strong>{person ? text.edit(person.name) : text.add}</strong>}>
      <form onSubmit={(event) => void submit(event)} autoComplete="off">
        <Stack gap="sm">
          <TextInput label={text.name} value={signedIn ? person.name : name} maxLength={200} readOnly={signedIn} data-autofocus={signedIn ? undefined : true}
            description={signedIn ? text.fromProvider : undefined} error={about('name')} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput label={text.email} type="email" value={signedIn ? person.email ?? '' : email} readOnly={signedIn}
            description={signedIn ? text.fromProvider : text.emailHelp} error={about('email')} onChange={(event) => setEmail(event.currentTarget.value)} />
          <Select label={text.role} data={[{ value: provider, label: text.fromIdentityProvider }, ...roleOptions]} value={role ?? provider} allowDeselect={false} data-autofocus={signedIn ? true : undefined}
            description={role === null ? text.fromIdentityProviderExplained : settings.rolesExplained[role]} error={about('role')}
            onChange={(value) => setRole(isRole(value) ? value : null)} />
          {rest && <p className={styles.refusal} role="alert">{rest}</p>}
        </Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit" loading={busy} disabled={unchanged || (!signedIn && name.trim() === '')}>{person ? words.common.save : text.submitAdd}</Button>
        </Group>
      </form>
    </Modal>
  )
}

/** Returns what to save: everything of a new person, else what has changed. */
function inputOf(person: Person | null, signedIn: boolean, { name, email, role }: { name: string; email: string; role: Role | null }): Input {
  if (person === null) return { name, email: email || null, role }
  const input: Input = { personId: person.id }
  if (!signedIn && name !== person.name) input.name = name
  if (!signedIn && email !== (person.email ?? '')) input.email = email || null
  if (role !== person.assignedRole) input.role = role
  return input
}
