import type { Run } from '../api/documents'
import styles from './Indicators.module.css'
import { progressOf, type Tone } from './status'

/** A status mark. Its shape shows the status too, for people who cannot tell the colors apart. */
export function Dot({ tone }: { tone: Tone }) {
  return <span className={styles.dot} data-tone={tone} aria-hidden="true" />
}

interface BarProps {
  run: Pick<Run, 'fetched' | 'total' | 'state'>
  label: string
  className?: string
}

/** The progress of a refresh. Without a total it shows only that the refresh is running. */
export function ProgressBar({ run, label, className }: BarProps) {
  const part = run.state === 'QUEUED' ? 0 : progressOf(run)
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
