import { Button, Group as Row, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { request } from '../api/client'
import type { VariablesOf } from '../api/graphql'
import { offerUndo } from '../history/offering'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { clients } from '../words/clients'
import styles from './Clients.module.css'
import { type CountedGroup, SaveGroup } from './documents'
import { Tag } from './Tag'

const text = clients.groups
export const groupColors = ['gold', 'teal', 'plum', 'blue', 'slate', 'clay'] as const

interface Props {
  groups: readonly CountedGroup[]
  editable: boolean
  onShow: (group: CountedGroup) => void
  onEdit: (group: CountedGroup | null) => void
  onClose: () => void
}

/** All groups, with the archived ones at the end. */
export function GroupsDialog({ groups, editable, onShow, onEdit, onClose }: Props) {
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const archive = async (group: CountedGroup, archived: boolean) => {
    setBusy(group.id)
    setProblem(null)
    const { wrong, changeIds } = await save({ groupId: group.id, archived })
    setBusy(null)
    if (wrong !== null) return setProblem(wrong)
    offerUndo((archived ? clients.done.groupArchived : clients.done.groupRestored)(group.name), { changeIds })
  }
  const list = (some: readonly CountedGroup[], label: string) => (
    <ul className={styles.groups} aria-label={label}>
      {some.map((group) => (
        <li key={group.id}>
          <Tag group={group} />
          <button type="button" className={styles.link} aria-label={text.show({ name: group.name, n: group.organizationCount })} onClick={() => onShow(group)}>{text.count(group.organizationCount)}</button>
          {editable && (
            <span className={styles.groupActions}>
              <Button size="compact-sm" variant="default" aria-label={text.rename(group.name)} onClick={() => onEdit(group)}>{text.edit}</Button>
              <Button size="compact-sm" variant="default" loading={busy === group.id} aria-label={(group.archived ? text.restoreFor : text.archiveFor)(group.name)} onClick={() => void archive(group, !group.archived)}>
                {group.archived ? text.restore : text.archive}
              </Button>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
  const current = groups.filter(({ archived }) => !archived)
  const archived = groups.filter((group) => group.archived)
  return (
    <Modal opened onClose={onClose} size={560} title={<strong>{text.title}</strong>}>
      <p className={styles.soft}>{text.explanation}</p>
      {problem !== null && <p className={styles.problemText} role="alert">{problem}</p>}
      {current.length === 0 ? <p className={styles.soft}>{text.none}</p> : list(current, text.list)}
      {archived.length > 0 && (
        <section aria-labelledby="archived">
          <h3 id="archived" className={styles.groupsHead}>{text.archived}</h3>
          <p className={styles.soft}>{text.archivedExplanation}</p>
          {list(archived, text.archived)}
        </section>
      )}
      <Row justify="flex-end" mt="lg">
        {editable && <Button variant="default" leftSection={<Icon name="plus" size={14} />} onClick={() => onEdit(null)}>{text.create}</Button>}
        <Button data-autofocus onClick={onClose}>{words.common.done}</Button>
      </Row>
    </Modal>
  )
}

interface EditProps {
  /** The group to change; null to create one. */
  group: CountedGroup | null
  onClose: () => void
  onCreated?: (group: CountedGroup) => void
}

/** Creates a group, or renames or recolors one. */
export function GroupDialog({ group, onClose, onCreated }: EditProps) {
  const [name, setName] = useState(group?.name ?? '')
  const [color, setColor] = useState(group?.color ?? 'slate')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const { wrong, changeIds, saved } = await save(group ? { groupId: group.id, name, color } : { name, color })
    setBusy(false)
    if (wrong !== null || !saved) return setProblem(wrong ?? words.problems.ourFault)
    offerUndo((group ? clients.done.groupSaved : clients.done.groupCreated)(saved.name), { changeIds })
    if (!group) onCreated?.(saved)
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{group ? text.editTitle : text.newTitle}</strong>}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput label={text.name} value={name} maxLength={100} data-autofocus error={problem} onChange={(event) => { setName(event.currentTarget.value); setProblem(null) }} />
        <fieldset className={styles.colors}>
          <legend>{text.color}</legend>
          {groupColors.map((one) => (
            <label key={one} className={styles.tag} data-color={one} data-chosen={color === one || undefined}>
              <input type="radio" name="color" value={one} checked={color === one} onChange={() => setColor(one)} />
              <span>{text.colors[one]}</span>
            </label>
          ))}
        </fieldset>
        <Row justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>{group ? words.common.save : text.create}</Button>
        </Row>
      </form>
    </Modal>
  )
}

type Input = VariablesOf<typeof SaveGroup>['input']

async function save(input: Input): Promise<{ wrong: string | null; changeIds: string[]; saved: CountedGroup | null }> {
  const { data, problem } = await request('mutation', SaveGroup, { input })
  if (problem !== null) return { wrong: problem, changeIds: [], saved: null }
  const { group, change, userErrors } = data.saveGroup
  return { wrong: userErrors[0]?.message ?? null, changeIds: change ? [change.id] : [], saved: group }
}
