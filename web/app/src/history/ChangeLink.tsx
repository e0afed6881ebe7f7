import { follow } from '../router'
import styles from './History.module.css'
import { changeSearch } from './offering'

interface Props {
  id: string
  /** What the link says, and what it says to those who hear it without its surroundings. */
  text: string
  label: string
  onFollow?: (() => void) | undefined
}

/** A link to a change in History. */
export function ChangeLink({ id, text, label, onFollow }: Props) {
  const search = changeSearch(id)
  return (
    <a className={styles.link} href={`/history${search}`} aria-label={label}
      onClick={(event) => {
        follow(event, '/history', search)
        onFollow?.()
      }}>
      {text}
    </a>
  )
}
