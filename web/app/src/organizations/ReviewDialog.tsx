import { Button, Group, Modal } from '@mantine/core'

import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import { ready } from './chunks'
import { ConflictChoice } from './ConflictChoice'
import { ElsewhereChoice } from './ElsewhereChoice'
import { progress } from './saving'
import styles from './SetupPage.module.css'
import { drop, type Edit, keyOf, open, statusOf } from './staged'
import { cellErrors, edit as change, staged } from './workspace'

const text = words.organizations.reviewing

interface Props {
  columnName: (integrationId: string) => string
  onSave: () => void
  onClose: () => void
}

/** Everything that a save would change, cell by cell, before and after. */
export function ReviewDialog({ columnName, onSave, onClose }: Props) {
  const all = useStore(staged)
  const errors = useStore(cellErrors)
  const edits = open(all).sort((a, b) => a.organizationName.localeCompare(b.organizationName) || columnName(a.integrationId).localeCompare(columnName(b.integrationId)))
  const saving = useStore(progress) !== null
  const savable = ready(all).length
  return (
    <Modal opened onClose={onClose} title={<strong>{saving ? words.common.saving : text.title(edits.length)}</strong>} size="xl">
      {edits.length === 0 && !saving && <p className={styles.soft}>{text.none}</p>}
      <ul className={styles.review}>
        {edits.map((edit) => (
          <li key={keyOf(edit)}>
            <div className={styles.reviewHead}>
              <strong>{edit.organizationName}</strong>
              <span className={styles.soft}>{columnName(edit.integrationId)}</span>
              <Button variant="subtle" size="compact-xs" onClick={() => change((now) => drop(now, [keyOf(edit)]))}
                aria-label={text.discardIn({ organization: edit.organizationName, integration: columnName(edit.integrationId) })}>{text.discard}</Button>
            </div>
            {statusOf(all, edit) === 'conflict' ? <ConflictChoice edit={edit} /> : <Difference edit={edit} />}
            {statusOf(all, edit) === 'elsewhere' && <ElsewhereChoice edit={edit} />}
            {errors.has(keyOf(edit)) && <p className={styles.problemText}>{errors.get(keyOf(edit))}</p>}
          </li>
        ))}
      </ul>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>{words.common.close}</Button>
        <Button disabled={savable === 0} loading={saving} onClick={onSave}>{text.save(savable)}</Button>
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
