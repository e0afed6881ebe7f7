import { Button, Group, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'

import { words } from '../words'
import { clients } from '../words/clients'
import { type Deletable, deletable, remove } from './actions'
import styles from './Clients.module.css'

const text = clients.deleting
const keptShown = 20 // reasons: the rest is counted

interface Props {
  ids: readonly string[]
  onClose: () => void
  onDeleted: () => void
}

/** Deletes organizations, and says first which of them stay and why. */
export function DeleteManyDialog({ ids, onClose, onDeleted }: Props) {
  const [found, setFound] = useState<Deletable | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [asked] = useState(ids) // the selection may change behind the dialog
  useEffect(() => {
    let current = true
    void deletable(asked).then((result) => {
      if (!current) return
      setFound(result)
      setProblem(result.problem)
    })
    return () => {
      current = false
    }
  }, [asked])
  const submit = async () => {
    setBusy(true)
    const wrong = await remove(found?.ids ?? [])
    setBusy(false)
    if (wrong !== null) return setProblem(wrong)
    onDeleted()
    onClose()
  }
  const n = found?.ids.length ?? 0
  const kept = found?.kept ?? []
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>}>
      <div role="status">
        {found === null && <p className={styles.soft}>{text.checking}</p>}
        {found !== null && problem === null && <p>{n === 0 ? text.none : kept.length > 0 ? text.some({ n, kept: kept.length }) : text.all(n)}</p>}
        {kept.length > 0 && (
          <>
            <ul className={styles.reasons}>
              {kept.slice(0, keptShown).map((message) => <li key={message}>{message}</li>)}
              {kept.length > keptShown && <li>{text.moreKept(kept.length - keptShown)}</li>}
            </ul>
            <p className={styles.soft}>{text.deactivateInstead}</p>
          </>
        )}
        {problem !== null && <p className={styles.problemText}>{problem}</p>}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onClose}>{words.common.cancel}</Button>
        <Button color="red.9" loading={busy} disabled={n === 0 || problem !== null} onClick={() => void submit()}>{text.submit(n)}</Button>
      </Group>
    </Modal>
  )
}
