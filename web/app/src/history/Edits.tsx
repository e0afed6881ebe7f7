import { Button } from '@mantine/core'

import { history } from '../words/history'
import { type EditRow, type Name } from './editRows'
import styles from './History.module.css'

const text = history.entry

interface Props {
  rows: readonly EditRow[]
  /** How many edits the change has. */
  total: number
  /** The keys of those that undoing would leave as they are. */
  skipped: ReadonlySet<string>
  loading: boolean
  onMore: () => void
}

/** What a change did, edit by edit, with the names of that time. */
export function Edits({ rows, total, skipped, loading, onMore }: Props) {
  const inTools = rows.every(({ key }) => key.startsWith('mapping'))
  if (total === 0) return <p className={styles.soft}>{text.noEdits}</p>
  return (
    <>
      <table className={styles.edits} aria-label={text.table}>
        <thead>
          <tr>
            <th scope="col">{inTools ? text.subject : text.subjects}</th>
            <th scope="col">{text.before}</th>
            <th scope="col"><span className={styles.hidden}>{text.arrow}</span></th>
            <th scope="col">{text.after}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => <Row key={at} row={row} skipped={skipped.has(row.key)} />)}
        </tbody>
      </table>
      {rows.length < total && <Button className={styles.moreEdits} variant="subtle" size="compact-sm" loading={loading} onClick={onMore}>{text.more(total - rows.length)}</Button>}
    </>
  )
}

function Row({ row: { subject, place, change, description }, skipped }: { row: EditRow; skipped: boolean }) {
  return (
    <tr data-skipped={skipped || undefined}>
      <th scope="row">
        <Shown name={subject} /> <span className={styles.soft}>{place}</span>
        {skipped && <span className={styles.hidden}>{text.skipped}</span>}
      </th>
      {change === null ? <td colSpan={3}>{description}</td> : (
        <>
          <td>{change.before ? <Shown name={change.before} /> : <span className={styles.soft}>{text.notMapped}</span>}</td>
          <td className={styles.arrow}><span aria-hidden="true">{text.arrowSign}</span></td>
          <td>{change.after ? <Shown name={change.after} strong /> : <span className={styles.soft}>{text.notMapped}</span>}</td>
        </>
      )}
    </tr>
  )
}

function Shown({ name: { then, now }, strong = false }: { name: Name; strong?: boolean }) {
  return (
    <>
      {strong ? <strong>{then}</strong> : <span>{then}</span>}
      {now !== null && <> <span className={styles.soft}>{text.now(now)}</span></>}
    </>
  )
}
