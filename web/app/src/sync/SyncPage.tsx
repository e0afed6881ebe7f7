import { Button } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'

import { inWords } from '../api/problems'
import { type Integration, IntegrationsQuery, type Viewer } from '../api/documents'
import { ShrinkDialog } from '../organizations/ShrinkDialog'
import { fixing } from '../integrations/fixing'
import { go } from '../router'
import { Icon } from '../ui/Icon'
import { cancelRefresh, refresh } from '../ui/refreshing'
import { Dot, ProgressBar } from '../ui/Standing'
import { useReadAgain } from '../ui/useReadAgain'
import { ago, applicationName, clockTime, count, exactTime, isRunning, lasting, percent, scheduleWords, share, standingOf, type Tone, underReview } from '../ui/words'
import { Change } from './Change'
import { DayPicture } from './DayPicture'
import { RunTable } from './RunTable'
import { Skipped } from './Skipped'
import { type Runs, useNow, useRuns } from './runs'
import styles from './SyncPage.module.css'

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
  const problem = error ? inWords(error) : runs.problem
  useReadAgain(problem, () => readIntegrations({ requestPolicy: 'network-only' }))

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Summary integrations={integrations} />
        {editable && integrations.length > 0 && (
          <Button leftSection={<Icon name="refresh" />} onClick={() => void refresh(null)}>Refresh all</Button>
        )}
      </div>
      {problem && <p className={styles.problem} role="alert"><Icon name="warn" /> {problem}</p>}
      {data && integrations.length === 0 && <p className={styles.soft}>No integrations yet. Connect a tool to see its clients here.</p>}

      <section className={styles.list} aria-label="Integrations">
        <div className={styles.head} aria-hidden="true">
          <span>Integration</span><span>State</span><span>Progress</span><span>Last success</span><span>Last change</span><span>Next</span><span />
        </div>
        {integrations.map((integration) => (
          <Line key={integration.id} {...{ integration, editable, admin, runs, now }} onReview={() => setReviewing(integration.id)} onFix={() => go('/integrations', fixing(integration.id))} />
        ))}
      </section>

      {integrations.length > 0 && <DayPicture integrations={integrations} runs={runs.all} now={now} />}
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

const groups: readonly (readonly [string, readonly Tone[]])[] = [
  ['need attention', ['bad', 'warn']],
  ['running', ['busy']],
  ['up to date', ['good']],
  ['idle', ['off']],
]

function Summary({ integrations }: { integrations: readonly Integration[] }) {
  return (
    <ul className={styles.summary} aria-label="Summary">
      {groups.map(([words, tones]) => {
        const number = integrations.filter((one) => tones.includes(standingOf(one).tone)).length
        return (number > 0 || words === 'need attention') && (
          <li key={words} data-tone={number > 0 ? tones[0] : undefined}><strong>{number}</strong> {words}</li>
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
  const { tone, word } = standingOf(integration)
  const rate = run ? runs.rate(run.id) : null
  const part = run ? share(run) : null
  return (
    <article className={styles.line} data-tone={tone} aria-label={integration.name}>
      <div className={styles.name}>
        <strong>{integration.name}</strong>
        <span className={styles.soft}>
          {kindWords(integration)}{count(integration.counts.total)} listed
        </span>
      </div>
      <div className={styles.state}><Dot tone={tone} /><span data-tone={tone}>{word}</span></div>
      <div className={styles.progress}>
        {run && isRunning(run) ? (
          <>
            <ProgressBar run={run} label={`Refreshing ${integration.name}`} />
            <span className={styles.numbers}>
              {part !== null && run.state === 'RUNNING' && `${percent(part)} · `}
              {count(run.fetched)}{run.total !== null && ` of ${count(run.total)}`}
              {rate !== null && ` · ${count(Math.round(rate))}/s`}
              {run.startedAt && ` · ${lasting(Math.max(0, now - Date.parse(run.startedAt)))}`}
              {run.attempt > 1 && ` · attempt ${run.attempt}`}
            </span>
          </>
        ) : <span className={styles.soft}>{endWords(run, now)}</span>}
      </div>
      <div className={styles.fact} data-label="Last success">
        {lastGood?.finishedAt ? <span title={exactTime(lastGood.finishedAt)}>{ago(lastGood.finishedAt, now)}</span> : 'never'}
        {integration.late && <span className={styles.late} title="The last success is older than the schedule allows"> late</span>}
      </div>
      <div className={styles.fact} data-label="Last change"><Change run={lastGood ?? undefined} /></div>
      <div className={styles.fact} data-label="Next" title={nextTitle(integration)}>{nextWords(integration)}</div>
      <div className={styles.actions}>
        {run && isRunning(run) && editable && <Button variant="default" onClick={() => void cancelRefresh(run.id)} aria-label={`Cancel the refresh of ${integration.name}`}>Cancel</Button>}
        {run?.state === 'NEEDS_REVIEW' && <Button onClick={onReview} aria-label={`Review the new list of ${integration.name}`}>Review</Button>}
        {integration.state === 'NEEDS_ATTENTION' && admin && <Button variant="light" onClick={onFix} aria-label={`Fix connection of ${integration.name}`}>Fix connection</Button>}
        {!isRunning(run) && editable && integration.state !== 'DISABLED' && (
          <Button variant="default" onClick={() => void refresh([integration.id])} aria-label={`Refresh ${integration.name}`}>Refresh</Button>
        )}
      </div>
      {run && !isRunning(run) && <Skipped key={run.id} runId={run.id} skipped={run.skipped} />}
      {run?.state === 'NEEDS_REVIEW' && <p className={styles.failure} data-tone={tone}>{underReview(integration)}</p>}
      {run?.failure && (
        <p className={styles.failure} data-tone={tone}>
          {run.failure.message}{integration.state === 'NEEDS_ATTENTION' && !admin && ' An admin can fix this.'}
          {run.failure.retryAt && ` Trying again at ${clockTime(run.failure.retryAt)}.`}
        </p>
      )}
    </article>
  )
}

/** Names the application if the integration's name does not. */
function kindWords({ name, application, source }: Integration): string {
  const kind = applicationName(application)
  if (source === 'KASEYA_ONE') return application === 'KASEYA_MODULE' || name.startsWith(kind) ? 'through KaseyaOne · ' : `${kind} through KaseyaOne · `
  return name.startsWith(kind) ? '' : `${kind} · `
}

/** Says when a run ended, or how long it took if the last success already says when. */
function endWords(run: Integration['lastRefresh'], now: number): string {
  if (!run?.finishedAt) return '–'
  if (run.state === 'SUCCEEDED' && run.startedAt) return `Took ${lasting(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`
  return `Finished ${ago(run.finishedAt, now)}`
}

function nextWords({ state, schedule, nextRefreshAt }: Integration): string {
  if (nextRefreshAt) return clockTime(nextRefreshAt)
  if (schedule === 'OFF') return 'Off'
  return state === 'DISABLED' ? 'Paused' : 'Paused until fixed'
}

const nextTitle = ({ schedule, nextRefreshAt }: Integration) =>
  nextRefreshAt ? `${exactTime(nextRefreshAt)} (${scheduleWords(schedule).toLowerCase()})` : `Automatic refresh: ${scheduleWords(schedule)}`
