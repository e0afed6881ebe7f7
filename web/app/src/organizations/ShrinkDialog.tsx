import { Button, Group, Modal } from '@mantine/core'

import type { Integration } from '../api/documents'
import { count, plural } from '../ui/words'
import styles from './SetupPage.module.css'

interface Props {
  integration: Integration
  editable: boolean
  onAccept: () => void
  onAgain: () => void
  onClose: () => void
}

/** The choice about a list that shrank suspiciously: take it as true, ask again, or leave things as they are. */
export function ShrinkDialog({ integration, editable, onAccept, onAgain, onClose }: Props) {
  const { counts, lastRefresh } = integration
  const now = lastRefresh?.fetched ?? 0
  const fewer = Math.max(0, counts.total - now)
  return (
    <Modal opened onClose={onClose} title={<strong>{integration.name} lists fewer organizations</strong>} size="lg">
      <dl className={styles.bigFacts}>
        <div><dt>Known</dt><dd>{count(counts.total)}</dd></div>
        <div><dt>Listed now</dt><dd>{count(now)}</dd></div>
        <div><dt>At least gone</dt><dd>{count(fewer)}</dd></div>
        <div><dt>Mapped</dt><dd>{count(counts.mapped)}</dd></div>
      </dl>
      <p>
        So many at once often means a permission that was taken away or a filter at the vendor, so nothing was changed.
        {lastRefresh?.failure && <> {lastRefresh.failure.message}</>}
      </p>
      <p>
        If you take the shorter list as true, what is missing is marked as gone. No mapping is lost by it:
        marked ones stay until somebody clears them, and heal when the vendor lists them again.
      </p>
      {!editable && <p className={styles.soft}>Refreshing needs the role EDITOR.</p>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>Leave it</Button>
        {editable && <Button variant="default" onClick={onAgain}>Ask the vendor again</Button>}
        {editable && <Button color="red.9" onClick={onAccept}>Mark {plural(fewer, 'organization')} as gone</Button>}
      </Group>
    </Modal>
  )
}
