import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'

import { Icon } from '../ui/Icon'
import { asOf } from '../words/asof'
import styles from './AsOf.module.css'
import { daysLater, fieldOf, momentOf } from './moments'

const text = asOf.band
const typingTime = 400 // milliseconds after the last key before what was typed counts

interface Props {
  at: string
  onChange: (at: string) => void
  onBack: () => void
}

/** Says which moment the page shows, and leads to others. */
export function MomentBand({ at, onChange, onBack }: Props) {
  const [typed, setTyped] = useState(at)
  useEffect(() => setTyped(at), [at])
  useEffect(() => {
    const moment = momentOf(typed)
    if (moment === null || fieldOf(moment) === at) return
    const timer = setTimeout(() => onChange(fieldOf(moment)), typingTime)
    return () => clearTimeout(timer)
  }, [typed, at, onChange])
  const moment = momentOf(at)
  const now = new Date()
  const step = (days: number) => {
    if (moment) onChange(fieldOf(daysLater(moment, days)))
  }
  const hasLater = moment !== null && daysLater(moment, 1) <= now
  return (
    <section className={styles.band} aria-label={text.label}>
      <p className={styles.moment} role="status"><Icon name="clock" /><span>{moment ? text.moment(at) : text.noMoment}</span></p>
      <div className={styles.steps}>
        <ActionIcon variant="default" size={30} aria-label={text.earlier} title={text.earlier} disabled={moment === null} onClick={() => step(-1)}><Icon name="left" /></ActionIcon>
        <TextInput type="datetime-local" size="xs" aria-label={text.input} value={typed} max={fieldOf(now).slice(0, 16)} onChange={(event) => setTyped(event.currentTarget.value)} />
        <ActionIcon variant="default" size={30} aria-label={text.later} title={text.later} disabled={!hasLater} onClick={() => step(1)}><Icon name="right" /></ActionIcon>
        <Button onClick={onBack} title={text.backKey} aria-keyshortcuts="Escape">{text.back}</Button>
      </div>
    </section>
  )
}
