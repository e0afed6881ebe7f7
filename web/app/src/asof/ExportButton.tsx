import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

import { download } from '../ui/csv'
import { Icon } from '../ui/Icon'
import { notify } from '../ui/notifications'
import { asOf } from '../words/asof'
import styles from './AsOf.module.css'
import { exported } from './exporting'
import { pagesOf } from './snapshot'

const text = asOf.exporting

/** Saves the whole snapshot of a moment as a CSV file, whatever the page is searched for. */
export function ExportButton({ at, disabled }: { at: string; disabled: boolean }) {
  const [progress, setProgress] = useState<{ done: number; total: number | null } | null>(null)
  const current = useRef({})
  useEffect(() => () => {
    current.current = {} // the page shows another moment, or is gone
    setProgress(null)
  }, [at])
  const run = async () => {
    const mine = current.current
    setProgress({ done: 0, total: null })
    const result = await exported(pagesOf(at, ''), (done, total) => setProgress({ done, total }), () => current.current === mine)
    if (result === null) return
    setProgress(null)
    if ('problem' in result) return notify('problem', result.problem.message, 'export')
    const file = text.file(at)
    download(file, result.csv)
    notify('done', text.done(file), 'export')
  }
  return (
    <div className={styles.exporting}>
      <span role="status">{progress && text.progress(progress)}</span>
      <Button variant="default" leftSection={<Icon name="download" />} disabled={disabled} loading={progress !== null} onClick={() => void run()}>{text.button}</Button>
    </div>
  )
}
