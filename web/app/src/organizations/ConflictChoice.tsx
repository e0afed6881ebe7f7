import { Button } from '@mantine/core'

import { formatExactTime, formatTime } from '../ui/format'
import { useStore } from '../ui/store'
import { words } from '../words'
import styles from './CellEditor.module.css'
import { drop, type Edit, type External, keepMine, keyOf } from './staged'
import { edit as change, staged } from './workspace'

const text = words.organizations.conflict

const names = (externals: readonly External[]) => externals.map(({ name }) => name).join(', ') || text.nothing

/** Asks whether to keep mine or theirs, for a cell that someone else changed first. */
export function ConflictChoice({ edit }: { edit: Edit }) {
  const key = keyOf(edit)
  const server = useStore(staged, (all) => all.server.get(key))
  if (!server) return null
  return (
    <div className={styles.conflict} role="group" aria-label={text.label(edit.organizationName)}>
      <h2 title={formatExactTime(server.at)}>{text.changedBy({ name: server.by, time: formatTime(server.at) })}</h2>
      <div className={styles.sides}>
        <div className={styles.side}>
          <span className={styles.sideTitle}>{text.mine}</span>
          <span className={styles.sideNames}>{names(edit.wanted)}</span>
          <Button variant="default" onClick={() => change((all) => keepMine(all, key))}>{text.keepMine}</Button>
        </div>
        <div className={styles.side}>
          <span className={styles.sideTitle}>{text.theirs}</span>
          <span className={styles.sideNames}>{names(server.externals)}</span>
          <Button variant="default" onClick={() => change((all) => drop(all, [key]))}>{text.takeTheirs}</Button>
        </div>
      </div>
    </div>
  )
}
