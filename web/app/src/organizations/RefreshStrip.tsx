import { Button } from '@mantine/core'

import type { Integration } from '../api/documents'
import { Dot, ProgressBar } from '../ui/Standing'
import { ago, clockTime, count, isRunning, plural, standingOf, underReview } from '../ui/words'
import styles from './SetupPage.module.css'

interface Props {
  integrations: readonly Integration[]
  editable: boolean
  onRefresh: (ids: string[]) => void
  onCancel: (runId: string) => void
  onReview: (integration: Integration) => void
  /** Opens the page where the connection can be fixed; null if the user may not do that. */
  onFix: ((integration: Integration) => void) | null
}

const mostBars = 3 // more would push the grid off the page; every column header has its own bar

/** What needs attention: running refreshes with their progress, failures with what to do, lists that shrank. */
export function RefreshStrip({ integrations, editable, onRefresh, onCancel, onReview, onFix }: Props) {
  const running = integrations.filter(({ lastRefresh }) => isRunning(lastRefresh))
  const together = running.length > mostBars
  const shown = integrations.filter((one) => (together ? ['warn', 'bad'] : ['busy', 'warn', 'bad']).includes(standingOf(one).tone))
  if (shown.length === 0 && !together) return null
  return (
    <ul className={styles.strip} aria-label="Refreshes">
      {together && <Together integrations={running} editable={editable} onCancel={onCancel} />}
      {shown.map((integration) => {
        const run = integration.lastRefresh
        const { tone, word } = standingOf(integration)
        return (
          <li key={integration.id} data-tone={tone}>
            <Dot tone={tone} />
            <strong>{integration.name}</strong>
            {isRunning(run) && run ? (
              <>
                <ProgressBar run={run} label={`Refreshing ${integration.name}`} className={styles.stripBar} />
                <span className={styles.numbers}>{run.state === 'QUEUED' ? word : `${count(run.fetched)}${run.total === null ? '' : ` of ${count(run.total)}`}`}</span>
                {run.failure && <span className={styles.stripWords}>{run.failure.message}{run.failure.retryAt && ` Trying again at ${clockTime(run.failure.retryAt)}.`}</span>}
                {editable && <Button size="compact-xs" variant="subtle" onClick={() => onCancel(run.id)} aria-label={`Cancel the refresh of ${integration.name}`}>Cancel</Button>}
              </>
            ) : (
              <>
                <span className={styles.stripWord}>{word}</span>
                <span className={styles.stripWords} title={why(integration)}>{why(integration)}</span>
                {run?.finishedAt && <span className={styles.soft}>{ago(run.finishedAt)}</span>}
                <span className={styles.stripActions}>
                  {tone === 'warn' && <Button size="compact-xs" variant="light" onClick={() => onReview(integration)}>Review</Button>}
                  {tone === 'bad' && integration.state === 'NEEDS_ATTENTION' && (onFix
                    ? <Button size="compact-xs" variant="light" onClick={() => onFix(integration)} aria-label={`Fix connection of ${integration.name}`}>Fix connection</Button>
                    : <span className={styles.soft}>An admin can fix this.</span>)}
                  {tone === 'bad' && editable && <Button size="compact-xs" variant="subtle" onClick={() => onRefresh([integration.id])} aria-label={`Try again: refresh ${integration.name}`}>Try again</Button>}
                </span>
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}

const why = (integration: Integration) => (standingOf(integration).tone === 'warn' ? underReview(integration) : integration.lastRefresh?.failure?.message)

/** One progress bar for many concurrent refreshes. */
function Together({ integrations, editable, onCancel }: Pick<Props, 'integrations' | 'editable' | 'onCancel'>) {
  const runs = integrations.flatMap(({ lastRefresh }) => lastRefresh ?? [])
  const fetched = runs.reduce((sum, run) => sum + run.fetched, 0)
  // If a vendor reports no total, use the size of the stored list.
  const total = integrations.reduce((sum, { counts, lastRefresh }) => sum + Math.max(lastRefresh?.total ?? counts.total, lastRefresh?.fetched ?? 0), 0)
  return (
    <li data-tone="busy">
      <Dot tone="busy" />
      <strong>Refreshing {plural(runs.length, 'integration')}</strong>
      <ProgressBar run={{ state: 'RUNNING', fetched, total }} label={`Refreshing ${plural(runs.length, 'integration')}`} className={styles.stripBar} />
      <span className={styles.numbers}>{count(fetched)} of {count(total)}</span>
      {editable && <Button size="compact-xs" variant="subtle" onClick={() => runs.forEach(({ id }) => onCancel(id))}>Cancel all</Button>}
    </li>
  )
}
