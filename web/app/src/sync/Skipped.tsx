import { useState } from 'react'

import { ask } from '../api/client'
import { SkippedRows } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { count, plural } from '../ui/words'
import styles from './SyncPage.module.css'

type Row = Extract<NonNullable<ResultOf<typeof SkippedRows>['node']>, { __typename: 'RefreshRun' }>['skippedRows'][number]

/** Shows how many rows of the vendor's list a run could not use; expanded, it shows examples and reasons. */
export function Skipped({ runId, skipped }: { runId: string; skipped: number }) {
  const [rows, setRows] = useState<readonly Row[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  if (skipped === 0) return null
  const read = async () => {
    const answer = await ask('query', SkippedRows, { runId })
    setProblem(answer.problem)
    const node = answer.data?.node
    if (node?.__typename === 'RefreshRun') setRows(node.skippedRows)
  }
  return (
    <details className={styles.skipped} onToggle={(event) => event.currentTarget.open && rows === null && void read()}>
      <summary>{plural(skipped, 'row')} skipped</summary>
      {problem && <p role="alert">{problem}</p>}
      {rows === null && !problem && <p role="status">Loading…</p>}
      {rows && (
        <ul>
          {rows.map(({ remoteId, name, message }, at) => (
            <li key={at}><strong>{name || 'No name'}</strong>{remoteId && ` (ID ${remoteId})`}: {message}</li>
          ))}
        </ul>
      )}
      {rows && rows.length < skipped && <p>Showing the first {count(rows.length)} of {count(skipped)}.</p>}
    </details>
  )
}
