import { Menu } from '@mantine/core'

import { nobody, toggled } from '../ui/choosing'
import { Pill } from '../ui/Pill'
import { clients } from '../words/clients'
import styles from './Clients.module.css'
import type { CountedGroup } from './documents'
import { Tag } from './Tag'
import { useGroups } from './useGroups'

const text = clients.filters

export interface ChoiceProps {
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

/** The groups that a list is limited to. */
export function GroupFilter({ chosen, groups, onChange }: ChoiceProps & { groups: readonly CountedGroup[] }) {
  const offered = groups.filter(({ id, archived }) => !archived || chosen.includes(id))
  const nameOf = (id: string) => (id === nobody ? text.noGroup : groups.find((group) => group.id === id)?.name ?? text.gone)
  const label = chosen.length === 0 ? text.groups : chosen.length === 1 ? nameOf(chosen[0]!) : text.severalGroups(chosen.length)
  return (
    <Menu width={250}>
      <Menu.Target><Pill label={label} on={chosen.length > 0} /></Menu.Target>
      <Menu.Dropdown className={styles.menu}>
        <Menu.CheckboxItem checked={chosen.includes(nobody)} onChange={() => onChange(toggled(chosen, nobody))}>{text.noGroup}</Menu.CheckboxItem>
        {offered.map((group) => (
          <Menu.CheckboxItem key={group.id} checked={chosen.includes(group.id)} aria-label={group.archived ? text.archived(group.name) : group.name} onChange={() => onChange(toggled(chosen, group.id))}>
            <Tag group={group} />
          </Menu.CheckboxItem>
        ))}
        {offered.length === 0 && <Menu.Label>{text.noGroups}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The same for a page that has no other use for groups. It is there only if the account has groups. */
export function OwnGroupFilter({ chosen, onChange }: ChoiceProps) {
  const groups = useGroups()
  if (groups === null || (groups.length === 0 && chosen.length === 0)) return null
  return <GroupFilter chosen={chosen} groups={groups} onChange={onChange} />
}
