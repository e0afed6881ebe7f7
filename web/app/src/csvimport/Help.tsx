import { files, followFile } from '../ui/exporting'
import { csvImport } from '../words/csvImport'
import styles from './CsvImport.module.css'

const text = csvImport.help

/** Says what the rows of a file can do. */
export function Help() {
  return (
    <section className={`${styles.card} ${styles.explained}`} aria-labelledby="help">
      <h2 id="help">{text.title}</h2>
      <p className={styles.help}>{text.first}</p>
      <p className={styles.help}>{text.cell({ none: text.none })}</p>
      <p className={styles.help}><a href={files.organizations} download onClick={(event) => followFile(event, files.organizations)}>{text.template}</a> {text.templateHint}</p>
    </section>
  )
}
