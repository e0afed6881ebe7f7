import type { Run } from '../api/documents'
import styles from './Standing.module.css'
import { share, type Tone } from './words'

/** A mark of how something is. Its shape says so too, for those who see no colours. */
export function Dot({ tone }: { tone: Tone }) {
  return <span className={styles.dot} data-tone={tone} aria-hidden="true" />
}

interface BarProps {
  run: Pick<Run, 'fetched' | 'total' | 'state'>
  label: string
  className?: string
}

/** How far a refresh is. Without an announced total it only shows that something goes on. */
export function ProgressBar({ run, label, className }: BarProps) {
  const part = run.state === 'QUEUED' ? 0 : share(run)
  const percent = part === null ? undefined : Math.round(part * 100)
  return (
    <div
      className={`${styles.bar} ${className ?? ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-endless={part === null || undefined}
    >
      <div style={{ width: `${percent ?? 30}%` }} />
    </div>
  )
}
