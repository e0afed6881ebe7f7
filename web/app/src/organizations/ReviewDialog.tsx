import { Button, Group, Modal } from '@mantine/core'

import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { plural } from '../ui/words'
import { ConflictChoice } from './ConflictChoice'
import styles from './SetupPage.module.css'
import { drop, type Edit, keyOf, open, standing } from './staged'
import { complaints, edit as change, staged } from './workspace'

interface Props {
  columnName: (integrationId: string) => string
  saving: boolean
  onSave: () => void
  onClose: () => void
}

/** Everything that a save would change, cell by cell, before and after. */
export function ReviewDialog({ columnName, saving, onSave, onClose }: Props) {
  const all = useStore(staged)
  const about = useStore(complaints)
  const edits = open(all).sort((a, b) => a.organizationName.localeCompare(b.organizationName) || columnName(a.integrationId).localeCompare(columnName(b.integrationId)))
  const blocked = edits.some((edit) => standing(all, edit) === 'conflict')
  return (
    <Modal opened onClose={onClose} title={<strong>{saving ? 'Saving…' : plural(edits.length, 'unsaved change')}</strong>} size="xl">
      {edits.length === 0 && !saving && <p className={styles.soft}>No unsaved changes.</p>}
      <ul className={styles.review}>
        {edits.map((edit) => (
          <li key={keyOf(edit)}>
            <div className={styles.reviewHead}>
              <strong>{edit.organizationName}</strong>
              <span className={styles.soft}>{columnName(edit.integrationId)}</span>
              <Button variant="subtle" size="compact-xs" onClick={() => change((now) => drop(now, [keyOf(edit)]))}
                aria-label={`Discard change: ${edit.organizationName} in ${columnName(edit.integrationId)}`}>Discard change</Button>
            </div>
            {standing(all, edit) === 'conflict' ? <ConflictChoice edit={edit} /> : <Difference edit={edit} />}
            {about.has(keyOf(edit)) && <p className={styles.problemText}>{about.get(keyOf(edit))}</p>}
          </li>
        ))}
      </ul>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>Close</Button>
        <Button disabled={edits.length === 0 || blocked} loading={saving} onClick={onSave}>Save {plural(edits.length, 'change')}</Button>
      </Group>
    </Modal>
  )
}

function Difference({ edit }: { edit: Edit }) {
  const before = new Set(edit.base.map(({ id }) => id))
  const after = new Set(edit.wanted.map(({ id }) => id))
  const gone = edit.base.filter(({ id }) => !after.has(id))
  const added = edit.wanted.filter(({ id }) => !before.has(id))
  const kept = edit.wanted.filter(({ id }) => before.has(id))
  return (
    <div className={styles.difference}>
      {gone.map(({ id, name }) => <span key={id} data-change="gone"><Icon name="close" size={12} /><del>{name}</del></span>)}
      {added.map(({ id, name }) => <span key={id} data-change="added"><Icon name="plus" size={12} /><ins>{name}</ins></span>)}
      {kept.map(({ id, name }) => <span key={id}>{name}</span>)}
    </div>
  )
}
