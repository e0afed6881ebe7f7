import { Button, Group, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { DeleteOrganizations, type Organization } from '../api/documents'
import { offerUndo } from '../history/offering'
import { words } from '../words'
import { deleting as text } from '../words/deleting'
import styles from './SetupPage.module.css'

interface Props {
  organization: Organization
  onClose: () => void
}

/** Deletes an organization, or says what keeps it. */
export function DeleteDialog({ organization, onClose }: Props) {
  const [problem, setProblem] = useState<string | null | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let current = true
    void remove(organization.id, true).then(({ wrong }) => current && setProblem(wrong))
    return () => {
      current = false
    }
  }, [organization.id])
  const submit = async () => {
    setBusy(true)
    const { wrong, changeIds } = await remove(organization.id, false)
    setBusy(false)
    if (wrong !== null) return setProblem(wrong)
    offerUndo(text.done(organization.name), { changeIds })
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>}>
      <div role="status" className={styles.question}>
        {problem === undefined && <p className={styles.soft}>{text.checking}</p>}
        {problem === null && <><p>{text.question(organization.name)}</p><p className={styles.soft}>{text.means}{organization.active && ` ${text.frees}`}</p></>}
        {problem && <><p>{text.cannot(organization.name)}</p><p className={styles.problemText}>{problem}</p>{organization.active && <p className={styles.soft}>{text.deactivateInstead}</p>}</>}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onClose}>{words.common.cancel}</Button>
        <Button color="red.9" loading={busy} disabled={problem !== null} onClick={() => void submit()}>{text.submit}</Button>
      </Group>
    </Modal>
  )
}

/** Deletes an organization, or only checks. Returns what is wrong, null if nothing is, and the change that was made. */
async function remove(id: string, dryRun: boolean): Promise<{ wrong: string | null; changeIds: string[] }> {
  const { data, problem } = await request('mutation', DeleteOrganizations, { ids: [id], dryRun })
  if (problem !== null) return { wrong: problem, changeIds: [] }
  const { change, userErrors } = data.deleteOrganizations
  return { wrong: userErrors[0]?.message ?? null, changeIds: change ? [change.id] : [] }
}
