import { Button, Group, Modal } from '@mantine/core'

import type { Integration } from '../api/documents'
import { formatNumber } from '../ui/format'
import type { Accept } from '../ui/refreshing'
import { reviewReason } from '../ui/status'
import { NamedChanges, useChanges } from '../sync/NamedChanges'
import { words } from '../words'
import styles from './SetupPage.module.css'

const text = words.review

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
  const changes = useChanges(lastRefresh?.id)
  // The list may have new organizations too; until that is known, the difference of the lengths stands for those that are missing.
  const missing = typeof changes === 'object' && changes ? changes.removed : Math.max(0, counts.total - now)
  return (
    <Modal opened onClose={onClose} title={<strong>{mismatch ? text.mismatchTitle(integration.name) : text.shrankTitle(integration.name)}</strong>} size="lg">
      <dl className={styles.bigFacts}>
        <div><dt>{text.before}</dt><dd>{formatNumber(counts.total)}</dd></div>
        <div><dt>{mismatch ? text.readable : text.now}</dt><dd>{formatNumber(now)}</dd></div>
        {mismatch ? <div><dt>{text.reported}</dt><dd>{formatNumber(lastRefresh.total ?? 0)}</dd></div> : <div><dt>{text.missing}</dt><dd>{formatNumber(missing)}</dd></div>}
        <div><dt>{text.mapped}</dt><dd>{formatNumber(counts.mapped)}</dd></div>
      </dl>
      <p>{mismatch ? reviewReason(integration) : text.dropExplained}</p>
      {lastRefresh?.failure && <p>{lastRefresh.failure.message}</p>}
      <NamedChanges changes={changes} only="REMOVED" />
      <p>{mismatch ? text.mismatchExplained : text.acceptExplained}</p>
      {!editable && <p className={styles.soft}>{text.viewOnly}</p>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>{text.notNow}</Button>
        {editable && <Button variant="default" onClick={onAgain}>{text.refreshAgain}</Button>}
        {editable && (mismatch
          ? <Button onClick={() => onAccept({ totalMismatch: true })}>{text.useReadable(now)}</Button>
          : <Button color="red.9" onClick={() => onAccept({ shrink: true })}>{text.accept(missing)}</Button>)}
      </Group>
    </Modal>
  )
}
