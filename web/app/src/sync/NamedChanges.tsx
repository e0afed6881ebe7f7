import { useEffect, useState } from 'react'

import { Icon } from '../ui/Icon'
import { words } from '../words'
import styles from './NamedChanges.module.css'
import { type ChangeKind, type Changes, countsOf, readChanges } from './runChanges'

const text = words.changes

/** What is known of a run's changes: null if nothing is kept, a text if reading failed, undefined while they are read. */
export type Known = Changes | null | string | undefined

/** Reads what a run changed by name, or would change. */
export function useChanges(runId: string | undefined): Known {
  const [changes, setChanges] = useState<Known>(undefined)
  useEffect(() => {
    if (runId === undefined) return
    let current = true
    void readChanges(runId).then((read) => current && setChanges(read))
    return () => {
      current = false
    }
  }, [runId])
  return changes
}

/** What a run changed by name, or would change, with as many names as are kept. only limits it to one kind. */
export function NamedChanges({ changes, only }: { changes: Known; only?: ChangeKind }) {
  if (changes === undefined) return <p className={styles.note} role="status">{words.common.loading}</p>
  if (typeof changes === 'string') return <p className={styles.note} role="alert">{changes}</p>
  if (changes === null) return <p className={styles.note}>{text.notKept}</p>
  const kinds = countsOf(changes).filter(([kind, count]) => count > 0 && (only === undefined || kind === only))
  return <>{kinds.map(([kind, count]) => <Kind key={kind} kind={kind} count={count} changes={changes} />)}</>
}

function Kind({ kind, count, changes }: { kind: ChangeKind; count: number; changes: Changes }) {
  const shown = changes.first.filter((one) => one.kind === kind)
  const title = kind === 'REMOVED' ? text.removed({ count, mapped: changes.removedMapped }) : text.kinds[kind](count)
  return (
    <section className={styles.kind}>
      <h3>{title}</h3>
      <div className={styles.names} role="group" aria-label={title} tabIndex={0}>
        <ul>
          {shown.map(({ name, previousName, mapped }, at) => (
            <li key={at}>
              <span>{previousName === null ? name : text.renamed({ name, previousName })}</span>
              {mapped && <span className={styles.mapped}><Icon name="link" size={12} /> {text.mapped}</span>}
            </li>
          ))}
        </ul>
      </div>
      {shown.length < count && <p className={styles.note}>{text.more(count - shown.length)}</p>}
    </section>
  )
}

/** The names of what a run changed, read when it is expanded. */
export function ExpandedChanges({ runId, label }: { runId: string; label: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {open && <ReadChanges runId={runId} />}
    </details>
  )
}

function ReadChanges({ runId }: { runId: string }) {
  return <NamedChanges changes={useChanges(runId)} />
}
