import { Button, Menu } from '@mantine/core'

import type { Selection } from '../live/useSelection'
import { Icon } from '../ui/Icon'
import { clients } from '../words/clients'
import { lists } from '../words/lists'
import styles from './Clients.module.css'
import type { CountedGroup, Person } from './documents'
import type { Duty } from './people'
import { PersonPicker } from './PersonPicker'
import { Tag } from './Tag'

const text = clients.bulk

interface Props {
  /** Whether each selected organization is active. */
  selected: Selection<boolean>
  groups: readonly CountedGroup[]
  /** What is being done, or null. */
  progress: string | null
  busy: boolean
  onAssign: (duty: Duty, person: Person | null) => void
  onAdd: (group: CountedGroup) => void
  onRemove: (group: CountedGroup) => void
  onNewGroup: () => void
  onActivate: (ids: readonly string[], active: boolean) => void
  onDelete: () => void
  onClear: () => void
}

/** The bar at the bottom of the page while organizations are selected. What it does applies at once, and can be undone. */
export function BulkBar({ selected, groups, progress, busy, onAssign, onAdd, onRemove, onNewGroup, onActivate, onDelete, onClear }: Props) {
  const active = [...selected].flatMap(([id, isActive]) => (isActive ? [id] : []))
  const inactive = [...selected].flatMap(([id, isActive]) => (isActive ? [] : [id]))
  const assign = (duty: Duty) => (
    <PersonPicker label={text.assign[duty]} chosen={[]} several={false} onPick={(person) => onAssign(duty, person)}
      target={(open, isOpen) => (
        <Button variant="default" disabled={busy} aria-label={text.assign[duty]} aria-haspopup="listbox" aria-expanded={isOpen} leftSection={<Icon name="person" size={14} />} rightSection={<Icon name="chevron" size={12} />} onClick={open}>{text[duty]}</Button>
      )} />
  )
  return (
    <section className={styles.bar} aria-label={lists.selection.label}>
      <strong role="status">{progress ?? lists.selection.selected(selected.size)}</strong>
      {assign('engineer')}
      {assign('vcio')}
      <GroupMenu label={text.addToGroup} groups={groups.filter(({ archived }) => !archived)} disabled={busy} onPick={onAdd} onNew={onNewGroup} />
      {groups.length > 0 && <GroupMenu label={text.removeFromGroup} groups={groups} disabled={busy} onPick={onRemove} />}
      {active.length > 0 && (
        <Button variant="default" disabled={busy} onClick={() => onActivate(active, false)}>{text.deactivate}<span className={styles.note}>{text.deactivateFrees(active.length)}</span></Button>
      )}
      {inactive.length > 0 && (
        <Button variant="default" disabled={busy} onClick={() => onActivate(inactive, true)}>{text.reactivate}<span className={styles.note}>{text.reactivateUses(inactive.length)}</span></Button>
      )}
      <Button variant="default" disabled={busy} onClick={onDelete}>{text.remove}</Button>
      <Button variant="subtle" disabled={busy} onClick={onClear}>{lists.selection.clear}</Button>
    </section>
  )
}

interface MenuProps {
  label: string
  groups: readonly CountedGroup[]
  disabled: boolean
  onPick: (group: CountedGroup) => void
  onNew?: () => void
}

function GroupMenu({ label, groups, disabled, onPick, onNew }: MenuProps) {
  return (
    <Menu width={240} position="top-start">
      <Menu.Target><Button variant="default" disabled={disabled} rightSection={<Icon name="chevron" size={12} />}>{label}</Button></Menu.Target>
      <Menu.Dropdown className={styles.menu}>
        {groups.map((group) => <Menu.Item key={group.id} aria-label={group.name} onClick={() => onPick(group)}><Tag group={group} /></Menu.Item>)}
        {onNew && groups.length > 0 && <Menu.Divider />}
        {onNew && <Menu.Item leftSection={<Icon name="plus" />} onClick={onNew}>{text.newGroup}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
