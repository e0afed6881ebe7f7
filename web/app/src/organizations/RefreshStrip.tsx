import { Button } from '@mantine/core'

import type { Integration } from '../api/documents'
import { formatExactTime, formatTime } from '../ui/format'
import { Dot, ProgressBar } from '../ui/Indicators'
import { integrationStatus, isRunning, reviewReason } from '../ui/status'
import { words } from '../words'
import styles from './SetupPage.module.css'

const text = words.organizations.refreshes

interface Props {
  integrations: readonly Integration[]
  editable: boolean
  onRefresh: (ids: string[]) => void
  onCancel: (runId: string) => void
  onReview: (integration: Integration) => void
  /** Opens the page where the connection can be fixed; null if the user may not do that. */
  onFix: ((integration: Integration) => void) | null
}

const maxBars = 3 // more would push the grid off the page; every column header has its own bar

/** What needs attention: running refreshes with their progress, failures with what to do, lists that shrank. */
export function RefreshStrip({ integrations, editable, onRefresh, onCancel, onReview, onFix }: Props) {
  const running = integrations.filter(({ lastRefresh }) => isRunning(lastRefresh))
  const together = running.length > maxBars
  const shown = integrations.filter((one) => (together ? ['warn', 'bad'] : ['busy', 'warn', 'bad']).includes(integrationStatus(one).tone))
  if (shown.length === 0 && !together) return null
  return (
    <ul className={styles.strip} aria-label={text.label}>
      {together && <Together integrations={running} editable={editable} onCancel={onCancel} />}
      {shown.map((integration) => {
        const run = integration.lastRefresh
        const { tone, word } = integrationStatus(integration)
        return (
          <li key={integration.id} data-tone={tone}>
            <Dot tone={tone} />
            <strong>{integration.name}</strong>
            {isRunning(run) && run ? (
              <>
                <ProgressBar run={run} label={words.common.refreshing(integration.name)} className={styles.stripBar} />
                <span className={styles.numbers}>{run.state === 'QUEUED' ? word : text.progress(run)}</span>
                {run.failure && <span className={styles.stripWords} title={run.failure.retryAt ? formatExactTime(run.failure.retryAt) : undefined}>{run.failure.message}{run.failure.retryAt && ` ${text.retryAt(formatTime(run.failure.retryAt))}`}</span>}
                {editable && <Button size="compact-xs" variant="subtle" onClick={() => onCancel(run.id)} aria-label={words.common.cancelRefreshOf(integration.name)}>{words.common.cancel}</Button>}
              </>
            ) : (
              <>
                <span className={styles.stripWord}>{word}</span>
                <span className={styles.stripWords} title={why(integration)}>{why(integration)}</span>
                {run?.finishedAt && <span className={styles.soft} title={formatExactTime(run.finishedAt)}>{words.ago(run.finishedAt)}</span>}
                <span className={styles.stripActions}>
                  {tone === 'warn' && <Button size="compact-xs" variant="light" onClick={() => onReview(integration)}>{words.common.review}</Button>}
                  {tone === 'bad' && integration.state === 'NEEDS_ATTENTION' && (onFix
                    ? <Button size="compact-xs" variant="light" onClick={() => onFix(integration)} aria-label={words.common.fixConnectionOf(integration.name)}>{words.common.fixConnection}</Button>
                    : <span className={styles.soft}>{words.common.adminCanFix}</span>)}
                  {tone === 'bad' && editable && <Button size="compact-xs" variant="subtle" onClick={() => onRefresh([integration.id])} aria-label={text.tryAgain(integration.name)}>{words.common.tryAgain}</Button>}
                </span>
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}

const why = (integration: Integration) => (integrationStatus(integration).tone === 'warn' ? reviewReason(integration) : integration.lastRefresh?.failure?.message)

/** One progress bar for many concurrent refreshes. */
function Together({ integrations, editable, onCancel }: Pick<Props, 'integrations' | 'editable' | 'onCancel'>) {
  const runs = integrations.flatMap(({ lastRefresh }) => lastRefresh ?? [])
  const fetched = runs.reduce((sum, run) => sum + run.fetched, 0)
  // If a vendor reports no total, use the size of the stored list.
  const total = integrations.reduce((sum, { counts, lastRefresh }) => sum + Math.max(lastRefresh?.total ?? counts.total, lastRefresh?.fetched ?? 0), 0)
  return (
    <li data-tone="busy">
      <Dot tone="busy" />
      <strong>{text.several(runs.length)}</strong>
      <ProgressBar run={{ state: 'RUNNING', fetched, total }} label={text.several(runs.length)} className={styles.stripBar} />
      <span className={styles.numbers}>{text.progress({ fetched, total })}</span>
      {editable && <Button size="compact-xs" variant="subtle" onClick={() => runs.forEach(({ id }) => onCancel(id))}>{text.cancelAll}</Button>}
    </li>
  )
}
