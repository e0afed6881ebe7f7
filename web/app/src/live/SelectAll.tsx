import { useEffect, useRef } from 'react'

import { lists } from '../words/lists'
import styles from './SelectAll.module.css'

const text = lists.selection

interface Props {
  /** How many rows the list has; null: not known yet. */
  total: number | null
  all: boolean
  some: boolean
  disabled: boolean
  onChange: (on: boolean) => void
}

/** The box that selects all rows of a list or none. Where the list has no heading, as on a phone, words stand beside it. */
export function SelectAll({ total, all, some, disabled, onChange }: Props) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = some && !all
  }, [some, all])
  return (
    <label className={styles.all}>
      <input ref={box} type="checkbox" aria-label={text.all(total)} checked={all} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span className={styles.allWord} aria-hidden="true">{text.all(total)}</span>
    </label>
  )
}
