import { csvImport as text } from '../words/csvImport'
import type { State } from './CsvImport'
import styles from './CsvImport.module.css'
import { maxBytes } from './file'

const maxRows = 10_000 // in a file: the API's limit

/** The chosen file, and what was recognized; a file is chosen or dropped here. */
export function FilePanel({ state: { file, plan, loading, applying }, onOpen }: { state: State; onOpen: (file: File) => void }) {
  const head = plan !== null && plan.errors.length === 0 ? plan.head : null
  return (
    <section className={styles.card} aria-label={text.file.title}>
      {file && (
        <p className={styles.file}>
          <strong>{file.name}</strong>
          <span className={styles.soft}>
            {head ? text.file.facts({ rows: head.rowCount, encoding: head.encoding, delimiter: head.delimiter, bytes: file.size }) : loading ? text.file.reading : text.file.size(file.size)}
          </span>
        </p>
      )}
      <label className={styles.drop}>
        <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" disabled={applying} onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? []
          if (chosen) onOpen(chosen)
          currentTarget.value = '' // so that the same file can be chosen again
        }} />
        <span>{file ? text.file.dropAnother : text.file.drop}</span>
      </label>
      {!file && <p className={styles.soft}>{text.file.hint({ most: maxBytes, rows: maxRows })}</p>}
    </section>
  )
}
