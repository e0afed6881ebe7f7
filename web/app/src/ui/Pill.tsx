import type { ComponentProps } from 'react'

import { Icon } from './Icon'
import styles from './Pill.module.css'

interface Props extends ComponentProps<'button'> {
  label: string
  /** Whether the filter leaves anything out. */
  on: boolean
}

/** The button that opens a filter's menu and says what it is limited to. */
export function Pill({ label, on, className, ...others }: Props) {
  return <button type="button" className={`${styles.pill} ${className ?? ''}`} data-on={on || undefined} {...others}><span>{label}</span><Icon name="chevron" size={12} /></button>
}

interface RemovableProps {
  name: string
  /** What the button that removes it says to those who hear it without its surroundings. */
  label: string
  onRemove: () => void
}

/** What a filter is limited to, with a button that removes it. */
export function RemovablePill({ name, label, onRemove }: RemovableProps) {
  return (
    <span className={styles.pill} data-on>
      <span>{name}</span>
      <button type="button" className={styles.remove} aria-label={label} onClick={onRemove}><Icon name="close" size={12} /></button>
    </span>
  )
}
