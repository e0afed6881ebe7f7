import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

import { download } from '../ui/csv'
import { Icon } from '../ui/Icon'
import { notify } from '../ui/notifications'
import { history } from '../words/history'
import type { ChangeFilter } from './documents'
import { exportChanges, fileOf } from './exporting'
import styles from './History.module.css'

const text = history.exporting

/** Saves everything that the filter matches as a CSV file. */
export function ExportButton({ filter }: { filter: ChangeFilter }) {
  const [progress, setProgress] = useState<string | null>(null)
  const wanted = useRef(0)
  useEffect(() => () => {
    wanted.current++
  }, [])
  const start = async () => {
    const mine = ++wanted.current
    setProgress(text.progress({ done: 0, total: 0 }))
    const result = await exportChanges(filter, (done, total) => {
      if (mine !== wanted.current) return false
      setProgress(text.progress({ done, total }))
      return true
    })
    if (mine !== wanted.current) return
    setProgress(null)
    if (typeof result === 'string') return notify('problem', result, 'export')
    if (result === null) return
    download(fileOf(new Date()), result.lines.join(''))
    notify('done', text.done(result.changes), 'export')
  }
  const cancel = () => {
    wanted.current++
    setProgress(null)
  }
  return (
    <span className={styles.export}>
      <span className={styles.soft} role="status">{progress}</span>
      {progress === null
        ? <Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => void start()}>{text.start}</Button>
        : <Button variant="default" leftSection={<Icon name="close" size={14} />} onClick={cancel}>{text.cancel}</Button>}
    </span>
  )
}
