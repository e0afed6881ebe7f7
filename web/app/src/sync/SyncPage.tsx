import { Button } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'

import { messageFor } from '../api/problems'
import { type Integration, IntegrationsQuery, type Run, type Viewer } from '../api/documents'
import { ShrinkDialog } from '../organizations/ShrinkDialog'
import { fixSearch } from '../integrations/fixLink'
import { go } from '../router'
import { formatExactTime, formatNumber, formatTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { cancelRefresh, refresh } from '../ui/refreshing'
import { Dot, ProgressBar } from '../ui/Indicators'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { integrationStatus, isRunning, progressOf, reviewReason, type Tone } from '../ui/status'
import { words } from '../words'
import { Change } from './Change'
import { RunChart } from './RunChart'
import { RunTable } from './RunTable'
import { Skipped } from './Skipped'
import { type Runs, useNow, useRuns } from './runs'
import styles from './SyncPage.module.css'

const { common, schedules } = words
const text = words.sync

/** The state of every integration, live: for a desktop, a wall display and a phone. */
export function SyncPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }, readIntegrations] = useQuery({ query: IntegrationsQuery })
  const runs = useRuns()
  const now = useNow(1_000)
  const integrations = data?.integrations ?? []
  const [reviewing, setReviewing] = useState<string | null>(null)
  const reviewed = integrations.find(({ id }) => id === reviewing)
  const editable = viewer.role !== 'VIEWER'
  const admin = viewer.role === 'ADMIN'
  const problem = error ? messageFor(error) : runs.problem
  useRetryOnReconnect(problem, () => readIntegrations({ requestPolicy: 'network-only' }))

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Summary integrations={integrations} />
        {editable && integrations.length > 0 && (
          <Button leftSection={<Icon name="refresh" />} onClick={() => void refresh(null)}>{common.refreshAll}</Button>
        )}
      </div>
      {problem && <p className={styles.problem} role="alert"><Icon name="warn" /> {problem}</p>}
      {data && integrations.length === 0 && <p className={styles.soft}>{common.noIntegrations}</p>}

      <section className={styles.list} aria-label={text.list}>
        <div className={styles.head} aria-hidden="true">
          {Object.entries(text.titles).map(([column, title]) => <span key={column}>{title}</span>)}<span />
        </div>
        {integrations.map((integration) => (
          <Line key={integration.id} {...{ integration, editable, admin, runs, now }} onReview={() => setReviewing(integration.id)} onFix={() => go('/integrations', fixSearch(integration.id))} />
        ))}
      </section>

      {integrations.length > 0 && <RunChart integrations={integrations} runs={runs.all} now={now} />}
      {integrations.length > 0 && <RunTable integrations={integrations} runs={runs.all} now={now} />}

      {reviewed && (
        <ShrinkDialog
          integration={reviewed}
          editable={editable}
          onAccept={(accept) => { setReviewing(null); void refresh([reviewed.id], accept) }}
          onAgain={() => { setReviewing(null); void refresh([reviewed.id]) }}
          onClose={() => setReviewing(null)}
        />
      )}
    </div>
  )
}

const groups: readonly (readonly [keyof typeof text.groups, readonly Tone[]])[] = [
  ['attention', ['bad', 'warn']],
  ['running', ['busy']],
  ['upToDate', ['good']],
  ['idle', ['off']],
]

function Summary({ integrations }: { integrations: readonly Integration[] }) {
  return (
    <ul className={styles.summary} aria-label={text.summary}>
      {groups.map(([group, tones]) => {
        const n = integrations.filter((one) => tones.includes(integrationStatus(one).tone)).length
        return (n > 0 || group === 'attention') && (
          <li key={group} data-tone={n > 0 ? tones[0] : undefined}><strong>{formatNumber(n)}</strong> {text.groups[group](n)}</li>
        )
      })}
    </ul>
  )
}

interface LineProps {
  integration: Integration
  editable: boolean
  admin: boolean
  runs: Runs
  now: number
  onReview: () => void
  onFix: () => void
}

function Line({ integration, editable, admin, runs, now, onReview, onFix }: LineProps) {
  const run = integration.lastRefresh
  const lastGood = integration.lastSuccess
  const { tone, word } = integrationStatus(integration)
  return (
    <article className={styles.line} data-tone={tone} aria-label={integration.name}>
      <div className={styles.name}>
        <strong>{integration.name}</strong>
        <span className={styles.soft}>
          {descriptionOf(integration)}
        </span>
      </div>
      <div className={styles.state}><Dot tone={tone} /><span data-tone={tone}>{word}</span></div>
      <div className={styles.progress}>
        {run && isRunning(run) ? (
          <>
            <ProgressBar run={run} label={common.refreshing(integration.name)} />
            <span className={styles.numbers}>
              {progressText(run, runs.rate(run.id), now)}
            </span>
          </>
        ) : <span className={styles.soft}>{endText(run, now)}</span>}
      </div>
      <div className={styles.fact} data-label={text.titles.lastSuccess}>
        {lastGood?.finishedAt ? <span title={formatExactTime(lastGood.finishedAt)}>{words.ago(lastGood.finishedAt, now)}</span> : text.never}
        {integration.late && <span className={styles.late} title={text.lateExplained}> {text.late}</span>}
      </div>
      <div className={styles.fact} data-label={text.titles.lastChange}><Change run={lastGood ?? undefined} /></div>
      <div className={styles.fact} data-label={text.titles.next} title={nextTitle(integration)}>{nextText(integration)}</div>
      <div className={styles.actions}>
        {run && isRunning(run) && editable && <Button variant="default" onClick={() => void cancelRefresh(run.id)} aria-label={common.cancelRefreshOf(integration.name)}>{common.cancel}</Button>}
        {run?.state === 'NEEDS_REVIEW' && <Button onClick={onReview} aria-label={text.reviewOf(integration.name)}>{common.review}</Button>}
        {integration.state === 'NEEDS_ATTENTION' && admin && <Button variant="light" onClick={onFix} aria-label={common.fixConnectionOf(integration.name)}>{common.fixConnection}</Button>}
        {!isRunning(run) && editable && integration.state !== 'DISABLED' && (
          <Button variant="default" onClick={() => void refresh([integration.id])} aria-label={common.refreshOf(integration.name)}>{common.refresh}</Button>
        )}
      </div>
      {run && !isRunning(run) && <Skipped key={run.id} runId={run.id} skipped={run.skipped} />}
      {run?.state === 'NEEDS_REVIEW' && <p className={styles.failure} data-tone={tone}>{reviewReason(integration)}</p>}
      {run?.failure && (
        <p className={styles.failure} data-tone={tone} title={run.failure.retryAt ? formatExactTime(run.failure.retryAt) : undefined}>
          {run.failure.message}{integration.state === 'NEEDS_ATTENTION' && !admin && ` ${common.adminCanFix}`}
          {run.failure.retryAt && ` ${text.retryAt(formatTime(run.failure.retryAt))}`}
        </p>
      )}
    </article>
  )
}

/** Says how many organizations an integration lists, and names its application if the integration's name does not. */
function descriptionOf({ name, application, source, counts }: Integration): string {
  const kind = common.applications[application]
  const named = name.startsWith(kind)
  const parts = [text.listed(counts.total)]
  if (source === 'KASEYA_ONE') parts.unshift(named || application === 'KASEYA_MODULE' ? text.throughKaseyaOne : text.applicationThroughKaseyaOne(kind))
  else if (!named) parts.unshift(kind)
  return parts.join(common.separator)
}

/** Says how far a run is, how fast it is, and how long it has taken. */
function progressText(run: Run, rate: number | null, now: number): string {
  const part = progressOf(run)
  const parts = [text.progress(run)]
  if (part !== null && run.state === 'RUNNING') parts.unshift(text.percent(part))
  if (rate !== null) parts.push(text.rate(rate))
  if (run.startedAt) parts.push(words.duration(Math.max(0, now - Date.parse(run.startedAt))))
  if (run.attempt > 1) parts.push(text.attempt(run.attempt))
  return parts.join(common.separator)
}

/** Says when a run ended, or how long it took if the last success already says when. */
function endText(run: Integration['lastRefresh'], now: number): string {
  if (!run?.finishedAt) return common.none
  if (run.state === 'SUCCEEDED' && run.startedAt) return text.took(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
  return text.finished(words.ago(run.finishedAt, now))
}

function nextText({ state, schedule, nextRefreshAt }: Integration): string {
  if (nextRefreshAt) return formatTime(nextRefreshAt)
  if (schedule === 'OFF') return text.off
  return state === 'DISABLED' ? text.paused : text.pausedUntilFixed
}

const nextTitle = ({ schedule, nextRefreshAt }: Integration) =>
  nextRefreshAt ? text.scheduledAt({ time: formatExactTime(nextRefreshAt), schedule: schedules[schedule] }) : text.schedule(schedules[schedule])
