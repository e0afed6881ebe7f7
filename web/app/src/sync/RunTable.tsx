import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Integration } from '../api/documents'
import { Dot } from '../ui/Indicators'
import { formatExactTime, formatTime, timeZoneName } from '../ui/format'
import { isRunning, runStatus } from '../ui/status'
import { words } from '../words'
import { Change } from './Change'
import { ExpandedChanges } from './NamedChanges'
import type { RecentRun } from './runs'
import { Skipped } from './Skipped'
import styles from './SyncPage.module.css'

const text = words.sync.runs
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
      <h2 id="last-runs">{text.title}</h2>
      {known.length === 0 && <p className={styles.soft}>{text.none}</p>}
      {known.length > 0 && (
        <div className={styles.tableFrame} tabIndex={0} role="region" aria-label={text.table}>
          <table className={styles.runs}>
            <thead>
              <tr>{text.titles.map((title) => <th key={title} scope="col">{title}</th>)}</tr>
            </thead>
            <tbody>
              {known.slice(0, shown).map((run) => <RunRow key={run.id} run={run} name={names.get(run.integration.id) ?? ''} now={now} />)}
            </tbody>
          </table>
        </div>
      )}
      {known.length > 0 && <p className={styles.zone}>{text.zone(timeZoneName())}</p>}
      {known.length > shown && <Button variant="default" mt="sm" onClick={() => setShown(shown + step)}>{text.showMore(Math.min(step, known.length - shown))}</Button>}
    </section>
  )
}

/** Reports whether a run can have changed names, or would change some. */
const mayHaveNames = ({ state, added, updated, removed }: RecentRun) => state === 'NEEDS_REVIEW' || (state === 'SUCCEEDED' && added + updated + removed > 0)

function RunRow({ run, name, now }: { run: RecentRun; name: string; now: number }) {
  const { word, tone } = runStatus(run)
  const began = run.startedAt ?? run.queuedAt
  const ended = run.finishedAt ? Date.parse(run.finishedAt) : now
  return (
    <>
      <tr data-continued={run.failure || mayHaveNames(run) ? true : undefined}>
        <th scope="row">{name}</th>
        <td title={formatExactTime(began)}>{formatTime(began)}</td>
        <td>{run.state === 'QUEUED' ? words.common.none : words.duration(Math.max(0, ended - Date.parse(began)))}</td>
        <td><span className={styles.state}><Dot tone={tone} />{text.outcome({ status: word, attempt: run.attempt })}</span></td>
        <td>{words.sync.progress({ fetched: run.fetched, total: run.total === run.fetched ? null : run.total })}</td>
        <td>{run.state === 'SUCCEEDED' ? <Change run={run} /> : isRunning(run) ? text.inProgress : text.noChanges}</td>
        <td>{run.requestedBy}</td>
      </tr>
      {run.failure && <tr className={styles.failureRow}><td colSpan={7}><div>{run.failure.message}</div></td></tr>}
      {mayHaveNames(run) && (
        <tr className={styles.failureRow}><td colSpan={7}><div><ExpandedChanges runId={run.id} label={run.state === 'NEEDS_REVIEW' ? words.changes.expandReview : words.changes.expand} /></div></td></tr>
      )}
      {run.skipped > 0 && <tr className={styles.failureRow}><td colSpan={7}><div><Skipped runId={run.id} skipped={run.skipped} /></div></td></tr>}
    </>
  )
}
