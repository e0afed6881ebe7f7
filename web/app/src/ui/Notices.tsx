import { dismiss, notices } from './announce'
import { Icon } from './Icon'
import styles from './Shell.module.css'
import { useStore } from './store'

/** The corner of the page that shows results, also to screen readers. */
export function Notices() {
  const all = useStore(notices)
  return (
    <div className={styles.notices} role="log" aria-live="polite" aria-label="Notices">
      {all.map(({ id, kind, text }) => (
        <div key={id} className={styles.notice} data-kind={kind}>
          <Icon name={kind === 'done' ? 'check' : 'warn'} />
          <span>{text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}><Icon name="close" size={14} /></button>
        </div>
      ))}
    </div>
  )
}
