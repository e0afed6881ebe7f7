import { count } from '../ui/words'
import type { RecentRun } from './runs'
import styles from './SyncPage.module.css'

/** What a run changed, as symbols, with words for screen readers. */
export function Change({ run }: { run: Pick<RecentRun, 'added' | 'updated' | 'removed'> | undefined }) {
  if (!run) return <>–</>
  const { added, updated, removed } = run
  const parts = [['added', '+', added, 'new'], ['updated', '~', updated, 'changed'], ['removed', '−', removed, 'removed']] as const
  const changes = parts.filter(([, , number]) => number > 0)
  if (changes.length === 0) return <span className={styles.soft}>No changes</span>
  return (
    <span className={styles.change}>
      {changes.map(([kind, sign, number, word]) => (
        <span key={kind} data-sign={kind} title={`${count(number)} ${word}`}>{sign}{count(number)}<span className={styles.hidden}> {word}</span></span>
      ))}
    </span>
  )
}
