import { words } from '../words'
import { dismiss, notifications } from './notifications'
import { Icon } from './Icon'
import styles from './Shell.module.css'
import { useStore } from './store'

/** The corner of the page that shows results, also to screen readers. */
export function Notifications() {
  const all = useStore(notifications)
  return (
    <div className={styles.notices} role="log" aria-live="polite" aria-label={words.notifications.title}>
      {all.map(({ id, kind, text }) => (
        <div key={id} className={styles.notice} data-kind={kind}>
          <Icon name={kind === 'done' ? 'check' : 'warn'} />
          <span>{text}</span>
          <button type="button" aria-label={words.common.dismiss} onClick={() => dismiss(id)}><Icon name="close" size={14} /></button>
        </div>
      ))}
    </div>
  )
}
