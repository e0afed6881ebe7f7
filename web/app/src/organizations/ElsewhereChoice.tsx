import { Button, Group } from '@mantine/core'

import { useStore } from '../ui/store'
import { words } from '../words'
import styles from './CellEditor.module.css'
import { leaveThere, moveHere } from './moving'
import { type Edit, elsewhere } from './staged'
import { staged } from './workspace'

const text = words.organizations.elsewhere

/** Asks whether external organizations that other organizations hold move here or stay there. */
export function ElsewhereChoice({ edit }: { edit: Edit }) {
  const all = useStore(staged)
  return (
    <div className={styles.conflict} role="group" aria-label={text.label(edit.organizationName)}>
      {elsewhere(all, edit).map(({ external, holder }) => (
        <h2 key={external.id}>{text.heldBy({ external: external.name, organization: holder.organizationName, by: holder.by })}</h2>
      ))}
      <Group gap="xs">
        <Button variant="default" size="compact-sm" onClick={() => void moveHere(edit)}>{text.moveHere}</Button>
        <Button variant="default" size="compact-sm" onClick={() => leaveThere(edit)}>{text.leaveThere}</Button>
      </Group>
    </div>
  )
}
