import { Button } from '@mantine/core'
import { useMemo } from 'react'

import { words } from '../words'
import { csvImport } from '../words/csvImport'
import { isWhole, type State } from './CsvImport'
import styles from './CsvImport.module.css'
import { totalsOf } from './rows'

const text = csvImport.apply
const { separator } = words.common

interface Props {
  state: State
  editable: boolean
  onApply: () => void
  onCancel: () => void
}

/** The bar at the bottom of the page: what the chosen rows do together, and Apply. */
export function ApplyBar({ state: { plan, choices, loading, applying }, editable, onApply, onCancel }: Props) {
  const totals = useMemo(() => totalsOf(plan?.rows ?? [], choices), [plan, choices])
  const { rows, creates, maps, moves, clears, undecided } = totals
  const cannot = plan?.head?.counts.find(({ outcome }) => outcome === 'CANNOT_APPLY')?.count ?? 0
  const whole = plan !== null && isWhole(plan) && !loading
  return (
    <section className={styles.bar} aria-label={text.label}>
      <p className={styles.sum}>
        {text.creates({ creates, remaining: plan?.head?.remaining ?? null })}
        {maps > 0 && <>{separator}{text.maps(maps)}</>}
        {moves > 0 && <>{separator}{text.moves(moves)}</>}
        {clears > 0 && <>{separator}{text.clears(clears)}</>}
        {undecided > 0 && <>{separator}<span className={styles.warn}>{text.undecided(undecided)}</span></>}
        {cannot > 0 && <>{separator}<span className={styles.bad}>{text.cannot(cannot)}</span></>}
      </p>
      <Button variant="default" disabled={applying} onClick={onCancel}>{words.common.cancel}</Button>
      {editable && <Button loading={applying} disabled={!whole || rows === 0} onClick={onApply}>{text.button(rows)}</Button>}
    </section>
  )
}
