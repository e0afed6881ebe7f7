import { Button } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'

import { inWords } from '../api/client'
import { type Integration, IntegrationsQuery, type Viewer } from '../api/documents'
import { ShrinkDialog } from '../organizations/ShrinkDialog'
import { go } from '../router'
import { Icon } from '../ui/Icon'
import { cancelRefresh, refresh } from '../ui/refreshing'
import { Dot, ProgressBar } from '../ui/Standing'
import { ago, applicationName, clockTime, count, isRunning, lasting, scheduleWords, share, shrunk, standingOf, type Tone } from '../ui/words'
import { Change } from './Change'
import { DayPicture } from './DayPicture'
import { RunTable } from './RunTable'
import { type Runs, useNow, useRuns } from './runs'
import styles from './SyncPage.module.css'

/** How every integration's list is, live: made for a desk, a wall and a phone. */
export function SyncPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const runs = useRuns()
  const now = useNow(1_000)
  const integrations = data?.integrations ?? []
  const [reviewing, setReviewing] = useState<string | null>(null)
  const reviewed = integrations.find(({ id }) => id === reviewing)
  const editable = viewer.role !== 'VIEWER'
  const problem = error ? inWords(error) : runs.problem

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Summary integrations={integrations} />
        {editable && integrations.length > 0 && (
          <Button leftSection={<Icon name="refresh" />} onClick={() => void refresh(null)}>Refresh all</Button>
        )}
      </div>
      {problem && <p className={styles.problem} role="alert"><Icon name="warn" /> {problem}</p>}
      {data && integrations.length === 0 && <p className={styles.soft}>No integration is connected yet.</p>}

      <section className={styles.list} aria-label="Integrations">
        <div className={styles.head} aria-hidden="true">
          <span>Integration</span><span>State</span><span>Progress</span><span>Last good</span><span>Last change</span><span>Next</span><span />
        </div>
        {integrations.map((integration) => (
          <Line key={integration.id} {...{ integration, editable, runs, now }}  onReview={() => setReviewing(integration.id)} onMend={() => go('/integrations')} />
        ))}
      </section>

      {integrations.length > 0 && <DayPicture integrations={integrations} runs={runs.all} now={now} />}
      {integrations.length > 0 && <RunTable integrations={integrations} runs={runs.all} now={now} />}

      {reviewed && (
        <ShrinkDialog
          integration={reviewed}
          editable={editable}
          onAccept={() => { setReviewing(null); void refresh([reviewed.id], true) }}
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
  runs: Runs
  now: number
  onReview: () => void
  onMend: () => void
}

function Line({ integration, editable, runs, now, onReview, onMend }: LineProps) {
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
              {part !== null && run.state === 'RUNNING' && `${Math.round(part * 100)} % · `}
              {count(run.fetched)}{run.total !== null && ` of ${count(run.total)}`}
              {rate !== null && ` · ${count(Math.round(rate))}/s`}
              {run.startedAt && ` · ${lasting(Math.max(0, now - Date.parse(run.startedAt)))}`}
              {run.attempt > 1 && ` · attempt ${run.attempt}`}
            </span>
          </>
        ) : <span className={styles.soft}>{run?.finishedAt ? `ended ${ago(run.finishedAt, now)}` : '–'}</span>}
      </div>
      <div className={styles.fact} data-label="Last good">
        {lastGood?.finishedAt ? <span title={clockTime(lastGood.finishedAt)}>{ago(lastGood.finishedAt, now)}</span> : 'never'}
        {integration.late && <span className={styles.late} title="Older than the schedule means it to be"> late</span>}
      </div>
      <div className={styles.fact} data-label="Last change"><Change run={lastGood ?? undefined} /></div>
      <div className={styles.fact} data-label="Next" title={scheduleWords(integration.schedule)}>{nextWords(integration)}</div>
      <div className={styles.actions}>
        {run && isRunning(run) && editable && <Button variant="default" onClick={() => void cancelRefresh(run.id)} aria-label={`Cancel the refresh of ${integration.name}`}>Cancel</Button>}
        {run?.state === 'NEEDS_REVIEW' && <Button onClick={onReview} aria-label={`Review the shorter list of ${integration.name}`}>Review</Button>}
        {integration.state === 'NEEDS_ATTENTION' && <Button variant="light" onClick={onMend}>Mend</Button>}
        {!isRunning(run) && editable && integration.state !== 'DISABLED' && (
          <Button variant="default" onClick={() => void refresh([integration.id])} aria-label={`Refresh ${integration.name}`}>Refresh</Button>
        )}
      </div>
      {run?.state === 'NEEDS_REVIEW' && <p className={styles.failure} data-tone={tone}>{shrunk(integration)}</p>}
      {run?.failure && (
        <p className={styles.failure} data-tone={tone}>
          {run.failure.message}
          {run.failure.retryAt && ` The vendor is asked again at ${clockTime(run.failure.retryAt)}.`}
        </p>
      )}
    </article>
  )
}

/** Which application it is, where its name does not say that already. */
function kindWords({ name, application, source }: Integration): string {
  const kind = applicationName(application)
  if (source === 'KASEYA_ONE') return application === 'KASEYA_MODULE' ? 'through KaseyaOne · ' : `${kind} through KaseyaOne · `
  return kind === name ? '' : `${kind} · `
}

function nextWords({ schedule, nextRefreshAt }: Integration): string {
  if (nextRefreshAt) return clockTime(nextRefreshAt)
  return schedule === 'OFF' ? 'when asked' : 'held'
}
