import { words } from '../words'
import styles from './Columns.module.css'

const text = words.columns

interface Props {
  mapped: number
  total: number
  suggested: number
  /** Called by a click on the number of suggestions. A shortcut for the pointer: the menu has it too. */
  onSuggested: () => void
}

/** How many organizations are mapped and suggested. In a narrow column it takes two lines, and words give way before numbers. */
export function ColumnCounts({ onSuggested, ...counts }: Props) {
  return (
    <span className={styles.counts}>
      <span className={styles.lines}>
        <span className={styles.counted}>
          <span>{text.mappedOf(counts)}</span><span>&nbsp;{text.mapped}</span>
        </span>
        {counts.suggested > 0 && (
          <span role="presentation" className={`${styles.counted} ${styles.suggested}`} onClick={(event) => { event.stopPropagation(); onSuggested() }}>
            <span className={styles.separator}>{words.common.separator}</span>
            <span>{text.number(counts.suggested)}</span><span>&nbsp;{text.suggested}</span>
          </span>
        )}
      </span>
    </span>
  )
}
