import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'

import { changeSearch } from '../history/asking'
import { undoChanges } from '../history/offering'
import { follow } from '../router'
import { Icon } from '../ui/Icon'
import { csvImport } from '../words/csvImport'
import type { State } from './CsvImport'
import styles from './CsvImport.module.css'

const text = csvImport.done

/** Says what applying a file has done, and what can be done next. */
export function Done({ done: { applied, undone, wanted }, onAnother }: { done: NonNullable<State['done']>; onAnother: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), []) // the button that was pressed is gone
  const change = applied.change?.id ?? null
  return (
    <section className={styles.done} aria-labelledby="done">
      <h2 id="done" ref={heading} tabIndex={-1}><Icon name="check" /> {text.title}</h2>
      <p role="status">{change === null ? text.nothing : text.summary(applied)}{undone && ` ${text.undone}`}</p>
      <div className={styles.next}>
        <Button onClick={onAnother}>{text.another}</Button>
        {wanted !== null && !undone && <Button variant="default" leftSection={<Icon name="undo" size={14} />} onClick={() => void undoChanges(wanted)}>{text.undo}</Button>}
        <a href="/organizations" onClick={(event) => follow(event, '/organizations')}>{text.organizations}</a>
        {change !== null && <a href={`/history${changeSearch(change)}`} onClick={(event) => follow(event, '/history', changeSearch(change))}>{text.history}</a>}
      </div>
    </section>
  )
}
