import { formatNumber } from '../ui/format'
import { csvImport } from '../words/csvImport'
import styles from './CsvImport.module.css'
import type { CsvOutcome } from './documents'
import { type Filter, outcomes } from './rows'

const text = csvImport.filters

const needsAttention: ReadonlySet<Filter> = new Set<Filter>(['LOOKS_LIKE', 'REPLACES', 'CANNOT_APPLY', 'CHANGED'])

interface Props {
  filter: Filter
  counts: ReadonlyMap<CsvOutcome, number>
  total: number
  /** How many rows do something else than in the last preview. */
  changed: number
  onChange: (filter: Filter) => void
}

/** The numbers of rows by outcome. Each is a filter. */
export function Filters({ filter, counts, total, changed, onChange }: Props) {
  const countOf = (one: Filter) => (one === 'ALL' ? total : one === 'CHANGED' ? changed : counts.get(one) ?? 0)
  const offered = (['ALL', ...outcomes, 'CHANGED'] as const).filter((one) => one === 'ALL' || one === filter || countOf(one) > 0)
  return (
    <div className={styles.filters} role="group" aria-label={text.label}>
      {offered.map((one) => (
        <button key={one} type="button" className={styles.filter} aria-pressed={filter === one} onClick={() => onChange(one)}>
          {text.names[one]} <span className={styles.count} data-warn={needsAttention.has(one) || undefined}>{formatNumber(countOf(one))}</span>
        </button>
      ))}
    </div>
  )
}
