import { follow } from '../router'
import { words } from '../words'
import { dismiss, type Notification, notifications } from './notifications'
import { Icon } from './Icon'
import styles from './Shell.module.css'
import { useStore } from './store'

/** The corner of the page that shows results, also to screen readers. */
export function Notifications() {
  const all = useStore(notifications)
  return (
    <div className={styles.notices} role="log" aria-live="polite" aria-label={words.notifications.title}>
      {all.map(({ id, kind, text, action }) => (
        <div key={id} className={styles.notice} data-kind={kind}>
          <Icon name={kind === 'done' ? 'check' : 'warn'} />
          <span className={styles.noticeText}>{text}</span>
          <span className={styles.noticeActions}>
            {action && <button type="button" className={styles.noticeAction} onClick={() => { dismiss(id); action.run() }}>{action.label}</button>}
            {action?.link && <PageLink {...action.link} />}
            <button type="button" className={styles.noticeClose} aria-label={words.common.dismiss} onClick={() => dismiss(id)}><Icon name="close" size={14} /></button>
          </span>
        </div>
      ))}
    </div>
  )
}

function PageLink({ label, path, search }: NonNullable<NonNullable<Notification['action']>['link']>) {
  return <a className={styles.noticeLink} href={path + search} onClick={(event) => follow(event, path, search)}>{label}</a>
}
