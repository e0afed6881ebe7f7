import { formatNumber } from '../ui/format'
import { words } from '../words'
import type { RecentRun } from './runs'
import styles from './SyncPage.module.css'

const text = words.sync.change

/** What a run changed, as symbols, with words for screen readers. */
export function Change({ run }: { run: Pick<RecentRun, 'added' | 'updated' | 'removed'> | undefined }) {
  if (!run) return <>{words.common.none}</>
  const { added, updated, removed } = run
  const changes = ([['added', added], ['updated', updated], ['removed', removed]] as const).filter(([, n]) => n > 0)
  if (changes.length === 0) return <span className={styles.soft}>{text.none}</span>
  return (
    <span className={styles.change}>
      {changes.map(([kind, n]) => (
        <span key={kind} data-sign={kind} title={text.titled({ n, word: text[kind].word })}>
          {text[kind].sign}{formatNumber(n)}<span className={styles.hidden}> {text[kind].word}</span>
        </span>
      ))}
    </span>
  )
}
