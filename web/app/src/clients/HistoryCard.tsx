import { ChangeLink } from '../history/ChangeLink'
import { follow } from '../router'
import { formatDate, formatExactTime, formatTime } from '../ui/format'
import { clients } from '../words/clients'
import styles from './Detail.module.css'
import type { Detail } from './documents'

const text = clients.detail

/** The newest changes of an organization. */
export function HistoryCard({ detail }: { detail: Detail }) {
  const { nodes, totalCount } = detail.history
  const search = `?${new URLSearchParams({ organization: detail.id })}`
  return (
    <section className={styles.card} aria-labelledby="history">
      <header className={styles.cardHead}>
        <h3 id="history">{text.history}</h3>
        <a className={styles.headLink} href={`/history${search}`} onClick={(event) => follow(event, '/history', search)}>{text.allHistory(totalCount)}</a>
      </header>
      {nodes.length === 0 && <p className={styles.soft}>{text.noHistory}</p>}
      <ol className={styles.changes}>
        {nodes.map(({ id, at, summary }) => (
          <li key={id}>
            <time className={styles.soft} dateTime={at} title={formatExactTime(at)}>{formatTime(at)}</time>
            <ChangeLink id={id} className={styles.change} label={summary}>{summary}</ChangeLink>
          </li>
        ))}
      </ol>
      <p className={styles.soft}>{text.created(formatDate(detail.createdAt))}</p>
    </section>
  )
}
