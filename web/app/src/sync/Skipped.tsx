import { useState } from 'react'

import { request } from '../api/client'
import { SkippedRows } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { words } from '../words'
import styles from './SyncPage.module.css'

const text = words.sync.skipped

type Row = Extract<NonNullable<ResultOf<typeof SkippedRows>['node']>, { __typename: 'RefreshRun' }>['skippedRows'][number]

/** Shows how many rows of the vendor's list a run could not use; expanded, it shows examples and reasons. */
export function Skipped({ runId, skipped }: { runId: string; skipped: number }) {
  const [rows, setRows] = useState<readonly Row[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  if (skipped === 0) return null
  const read = async () => {
    const result = await request('query', SkippedRows, { runId })
    setProblem(result.problem)
    const node = result.data?.node
    if (node?.__typename === 'RefreshRun') setRows(node.skippedRows)
  }
  return (
    <details className={styles.skipped} onToggle={(event) => event.currentTarget.open && rows === null && void read()}>
      <summary>{text.rows(skipped)}</summary>
      {problem && <p role="alert">{problem}</p>}
      {rows === null && !problem && <p role="status">{words.common.loading}</p>}
      {rows && (
        <ul>
          {rows.map(({ remoteId, name, message }, at) => (
            <li key={at}>{text.row({ name, id: remoteId, message })}</li>
          ))}
        </ul>
      )}
      {rows && rows.length < skipped && <p>{text.first({ shown: rows.length, total: skipped })}</p>}
    </details>
  )
}
