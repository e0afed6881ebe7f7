import type { Integration } from '../api/documents'
import { formatExactTime, formatTime } from '../ui/format'
import { isRunning, runStatus } from '../ui/status'
import { words } from '../words'
import { day, type RecentRun } from './runs'
import styles from './SyncPage.module.css'

const text = words.sync.day
const hours = [24, 18, 12, 6, 0]

interface Props {
  integrations: readonly Integration[]
  runs: readonly RecentRun[]
  now: number
}

/** A chart of the last day's runs, one line per integration: how often, how long, how they ended. */
export function RunChart({ integrations, runs, now }: Props) {
  const from = now - day
  const shown = runs.filter((run) => Date.parse(run.finishedAt ?? run.queuedAt) >= from)
  return (
    <section className={styles.block} aria-labelledby="last-day">
      <h2 id="last-day">{text.title}</h2>
      <div className={styles.lanes}>
        {integrations.map(({ id, name }) => {
          const mine = shown.filter(({ integration }) => integration.id === id)
          return (
            <div key={id} className={styles.lane}>
              <span className={styles.laneName}>{name}</span>
              <div className={styles.track} role="img" aria-label={laneText(name, mine)}>
                {mine.map((run) => <Mark key={run.id} run={run} from={from} now={now} />)}
              </div>
            </div>
          )
        })}
        <div className={styles.lane} aria-hidden="true">
          <span className={styles.laneName} />
          <div className={styles.axis}>
            {hours.map((hour) => <span key={hour} style={{ left: `${100 - (hour * 100) / 24}%` }}>{text.hoursAgo(hour)}</span>)}
          </div>
        </div>
      </div>
      <p className={styles.legend} aria-hidden="true">
        <span data-state="SUCCEEDED">{text.legend.succeeded}</span><span data-state="FAILED">{text.legend.failed}</span>
        <span data-state="NEEDS_REVIEW">{text.legend.needsReview}</span><span data-state="CANCELLED">{text.legend.canceled}</span>
        <span data-state="RUNNING">{text.legend.running}</span>
      </p>
    </section>
  )
}

function Mark({ run, from, now }: { run: RecentRun; from: number; now: number }) {
  const began = Math.max(from, Date.parse(run.startedAt ?? run.queuedAt))
  const ended = run.finishedAt ? Date.parse(run.finishedAt) : now
  return (
    <span
      className={styles.markOfRun}
      data-state={isRunning(run) ? 'RUNNING' : run.state}
      title={text.run({ status: runStatus(run).word, time: formatExactTime(run.queuedAt), milliseconds: Math.max(0, ended - began), fetched: run.fetched })}
      style={{ left: `${((began - from) / day) * 100}%`, width: `${(Math.max(0, ended - began) / day) * 100}%` }}
    />
  )
}

function laneText(name: string, runs: readonly RecentRun[]): string {
  const bad = runs.filter(({ state }) => state === 'FAILED' || state === 'NEEDS_REVIEW').length
  const newest = runs[0]
  if (!newest) return text.noRuns(name)
  return text.runs({ name, runs: runs.length, bad, latest: runStatus(newest).word, time: formatTime(newest.queuedAt) })
}
