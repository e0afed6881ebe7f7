import { Button, Group, Modal } from '@mantine/core'

import type { Integration } from '../api/documents'
import type { Accept } from '../ui/refreshing'
import { count, plural, underReview } from '../ui/words'
import styles from './SetupPage.module.css'

interface Props {
  integration: Integration
  editable: boolean
  onAccept: (accept: Accept) => void
  onAgain: () => void
  onClose: () => void
}

/** Asks what to do with a list that looks wrong: accept it, refresh again, or decide later. */
export function ShrinkDialog({ integration, editable, onAccept, onAgain, onClose }: Props) {
  const { counts, lastRefresh } = integration
  const now = lastRefresh?.fetched ?? 0
  const mismatch = lastRefresh?.reviewReason === 'TOTAL_MISMATCH'
  const fewer = Math.max(0, counts.total - now)
  return (
    <Modal opened onClose={onClose} title={<strong>{mismatch ? `${integration.name} shows only part of its list` : `${integration.name} lists fewer organizations`}</strong>} size="lg">
      <dl className={styles.bigFacts}>
        <div><dt>Before</dt><dd>{count(counts.total)}</dd></div>
        <div><dt>{mismatch ? 'Readable' : 'Now'}</dt><dd>{count(now)}</dd></div>
        {mismatch ? <div><dt>Reported</dt><dd>{count(lastRefresh.total ?? 0)}</dd></div> : <div><dt>Missing</dt><dd>{count(fewer)}</dd></div>}
        <div><dt>Mapped</dt><dd>{count(counts.mapped)}</dd></div>
      </dl>
      <p>{mismatch ? underReview(integration) : 'A drop this large usually means a lost permission or a filter, so we haven’t changed anything.'}</p>
      {lastRefresh?.failure && <p>{lastRefresh.failure.message}</p>}
      <p>
        {mismatch
          ? 'Usually the credentials may not see all of them. If you use what can be read, later refreshes with the same difference succeed on their own.'
          : 'If you accept the new list, the missing organizations are marked as removed. Mappings are kept, and become active again if the organization comes back.'}
      </p>
      {!editable && <p className={styles.soft}>View only. Ask an admin for the Editor role to decide.</p>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>Not now</Button>
        {editable && <Button variant="default" onClick={onAgain}>Refresh again</Button>}
        {editable && (mismatch
          ? <Button onClick={() => onAccept({ totalMismatch: true })}>Use the {plural(now, 'organization')}</Button>
          : <Button color="red.9" onClick={() => onAccept({ shrink: true })}>Accept: {count(fewer)} removed</Button>)}
      </Group>
    </Modal>
  )
}
