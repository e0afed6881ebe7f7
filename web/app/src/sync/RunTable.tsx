import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Integration } from '../api/documents'
import { Dot } from '../ui/Standing'
import { clockTime, count, endOf, exactTime, isRunning, lasting, zoneName } from '../ui/words'
import { Change } from './Change'
import type { RecentRun } from './runs'
import { Skipped } from './Skipped'
import styles from './SyncPage.module.css'

const step = 15

interface Props {
  integrations: readonly Integration[]
  runs: readonly RecentRun[]
  now: number
}

/** Recent refreshes, with the vendor's message for those that failed. */
export function RunTable({ integrations, runs, now }: Props) {
  const [shown, setShown] = useState(step)
  const names = new Map(integrations.map(({ id, name }) => [id, name]))
  const known = runs.filter(({ integration }) => names.has(integration.id))
  return (
    <section className={styles.block} aria-labelledby="last-runs">
      <h2 id="last-runs">Recent refreshes</h2>
      {known.length === 0 && <p className={styles.soft}>No refreshes yet.</p>}
      {known.length > 0 && (
        <div className={styles.tableFrame} tabIndex={0} role="region" aria-label="Table of recent refreshes">
          <table className={styles.runs}>
            <thead>
              <tr><th scope="col">Integration</th><th scope="col">Started</th><th scope="col">Duration</th><th scope="col">Outcome</th><th scope="col">Organizations</th><th scope="col">Changes</th><th scope="col">Started by</th></tr>
            </thead>
            <tbody>
              {known.slice(0, shown).map((run) => <RunRow key={run.id} run={run} name={names.get(run.integration.id) ?? ''} now={now} />)}
            </tbody>
          </table>
        </div>
      )}
      {known.length > 0 && <p className={styles.zone}>Times are in {zoneName()}.</p>}
      {known.length > shown && <Button variant="default" mt="sm" onClick={() => setShown(shown + step)}>Show {count(Math.min(step, known.length - shown))} more</Button>}
    </section>
  )
}

function RunRow({ run, name, now }: { run: RecentRun; name: string; now: number }) {
  const { word, tone } = endOf(run)
  const began = run.startedAt ?? run.queuedAt
  const ended = run.finishedAt ? Date.parse(run.finishedAt) : now
  return (
    <>
      <tr data-continued={run.failure ? true : undefined}>
        <th scope="row">{name}</th>
        <td title={exactTime(began)}>{clockTime(began)}</td>
        <td>{run.state === 'QUEUED' ? '–' : lasting(Math.max(0, ended - Date.parse(began)))}</td>
        <td><span className={styles.state}><Dot tone={tone} />{word}{run.attempt > 1 && `, attempt ${run.attempt}`}</span></td>
        <td>{count(run.fetched)}{run.total !== null && run.total !== run.fetched && ` of ${count(run.total)}`}</td>
        <td>{run.state === 'SUCCEEDED' ? <Change run={run} /> : isRunning(run) ? '…' : 'None'}</td>
        <td>{run.requestedBy}</td>
      </tr>
      {run.failure && <tr className={styles.failureRow}><td colSpan={7}><div>{run.failure.message}</div></td></tr>}
      {run.skipped > 0 && <tr className={styles.failureRow}><td colSpan={7}><div><Skipped runId={run.id} skipped={run.skipped} /></div></td></tr>}
    </>
  )
}
