import { Button } from '@mantine/core'

import { useStore } from '../ui/store'
import { clockTime } from '../ui/words'
import styles from './CellEditor.module.css'
import { drop, type Edit, type External, keepMine, keyOf } from './staged'
import { edit as change, staged } from './workspace'

const names = (externals: readonly External[]) => externals.map(({ name }) => name).join(', ') || 'nothing'

/** Asks whether to keep mine or theirs, for a cell that someone else changed first. */
export function ConflictChoice({ edit }: { edit: Edit }) {
  const key = keyOf(edit)
  const held = useStore(staged, (all) => all.held.get(key))
  if (!held) return null
  return (
    <div className={styles.conflict} role="group" aria-label={`Conflict in ${edit.organizationName}`}>
      <h2>{held.by} changed this cell after you opened it ({clockTime(held.at)}).</h2>
      <div className={styles.sides}>
        <div className={styles.side}>
          <span className={styles.sideTitle}>Mine, unsaved</span>
          <span className={styles.sideNames}>{names(edit.wanted)}</span>
          <Button variant="default" onClick={() => change((all) => keepMine(all, key))}>Keep mine</Button>
        </div>
        <div className={styles.side}>
          <span className={styles.sideTitle}>Theirs, saved</span>
          <span className={styles.sideNames}>{names(held.externals)}</span>
          <Button variant="default" onClick={() => change((all) => drop(all, [key]))}>Take theirs</Button>
        </div>
      </div>
    </div>
  )
}
