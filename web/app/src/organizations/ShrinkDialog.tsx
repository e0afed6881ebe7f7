import { Button, Group, Modal } from '@mantine/core'

import type { Integration } from '../api/documents'
import { count } from '../ui/words'
import styles from './SetupPage.module.css'

interface Props {
  integration: Integration
  editable: boolean
  onAccept: () => void
  onAgain: () => void
  onClose: () => void
}

/** The choice about a list that shrank suspiciously: accept it, refresh again, or decide later. */
export function ShrinkDialog({ integration, editable, onAccept, onAgain, onClose }: Props) {
  const { counts, lastRefresh } = integration
  const now = lastRefresh?.fetched ?? 0
  const fewer = Math.max(0, counts.total - now)
  return (
    <Modal opened onClose={onClose} title={<strong>{integration.name} lists fewer organizations</strong>} size="lg">
      <dl className={styles.bigFacts}>
        <div><dt>Before</dt><dd>{count(counts.total)}</dd></div>
        <div><dt>Now</dt><dd>{count(now)}</dd></div>
        <div><dt>Missing</dt><dd>{count(fewer)}</dd></div>
        <div><dt>Mapped</dt><dd>{count(counts.mapped)}</dd></div>
      </dl>
      <p>
        A drop this large usually means a lost permission or a filter, so we haven’t changed anything.
        {lastRefresh?.failure && <> {lastRefresh.failure.message}</>}
      </p>
      <p>
        If you accept the new list, the missing organizations are marked as removed. Mappings are kept, and become active again
        if the organization comes back.
      </p>
      {!editable && <p className={styles.soft}>View only. Ask an admin for the Editor role to decide.</p>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>Not now</Button>
        {editable && <Button variant="default" onClick={onAgain}>Refresh again</Button>}
        {editable && <Button color="red.9" onClick={onAccept}>Accept: {count(fewer)} removed</Button>}
      </Group>
    </Modal>
  )
}
