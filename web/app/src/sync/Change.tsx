import { count } from '../ui/words'
import type { RecentRun } from './runs'
import styles from './SyncPage.module.css'

/** What a run changed, as signs, with words for screen readers. */
export function Change({ run }: { run: Pick<RecentRun, 'added' | 'updated' | 'removed'> | undefined }) {
  if (!run) return <>–</>
  const { added, updated, removed } = run
  if (added + updated + removed === 0) return <span className={styles.soft}>No changes</span>
  return (
    <span className={styles.change}>
      <span data-sign="added" title={`${count(added)} new`}>+{count(added)}<span className={styles.hidden}> new</span></span>
      <span data-sign="updated" title={`${count(updated)} changed`}>~{count(updated)}<span className={styles.hidden}> changed</span></span>
      <span data-sign="removed" title={`${count(removed)} removed`}>−{count(removed)}<span className={styles.hidden}> removed</span></span>
    </span>
  )
}
