import type { Integration } from '../api/documents'
import { clockTime, count, endOf, isRunning, lasting, plural } from '../ui/words'
import { day, type RecentRun } from './runs'
import styles from './SyncPage.module.css'

const hours = [24, 18, 12, 6, 0]

interface Props {
  integrations: readonly Integration[]
  runs: readonly RecentRun[]
  now: number
}

/** A chart of the last day's runs, one line per integration: how often, how long, how they ended. */
export function DayPicture({ integrations, runs, now }: Props) {
  const from = now - day
  const shown = runs.filter((run) => Date.parse(run.finishedAt ?? run.queuedAt) >= from)
  return (
    <section className={styles.block} aria-labelledby="last-day">
      <h2 id="last-day">The last 24 hours</h2>
      <div className={styles.lanes}>
        {integrations.map(({ id, name }) => {
          const mine = shown.filter(({ integration }) => integration.id === id)
          return (
            <div key={id} className={styles.lane}>
              <span className={styles.laneName}>{name}</span>
              <div className={styles.track} role="img" aria-label={laneWords(name, mine)}>
                {mine.map((run) => <Mark key={run.id} run={run} from={from} now={now} />)}
              </div>
            </div>
          )
        })}
        <div className={styles.lane} aria-hidden="true">
          <span className={styles.laneName} />
          <div className={styles.axis}>
            {hours.map((hour) => <span key={hour} style={{ left: `${100 - (hour * 100) / 24}%` }}>{hour === 0 ? 'now' : `−${count(hour)} h`}</span>)}
          </div>
        </div>
      </div>
      <p className={styles.legend} aria-hidden="true">
        <span data-state="SUCCEEDED">succeeded</span><span data-state="FAILED">failed</span><span data-state="NEEDS_REVIEW">needs review</span>
        <span data-state="CANCELLED">cancelled</span><span data-state="RUNNING">running</span>
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
      title={`${endOf(run).word} ${clockTime(run.queuedAt)}, ${lasting(Math.max(0, ended - began))}, ${plural(run.fetched, 'organization')}`}
      style={{ left: `${((began - from) / day) * 100}%`, width: `${(Math.max(0, ended - began) / day) * 100}%` }}
    />
  )
}

function laneWords(name: string, runs: readonly RecentRun[]): string {
  const bad = runs.filter(({ state }) => state === 'FAILED' || state === 'NEEDS_REVIEW').length
  const newest = runs[0]
  if (!newest) return `${name}: no runs`
  return `${name}: ${plural(runs.length, 'run')}, ${bad === 0 ? 'none' : count(bad)} failed or waiting for review; the latest ${endOf(newest).word.toLowerCase()} at ${clockTime(newest.queuedAt)}`
}
