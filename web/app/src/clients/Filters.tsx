import { Button, Menu } from '@mantine/core'
import { useEffect, useState } from 'react'

import { request } from '../api/client'
import type { Integration } from '../api/documents'
import { nobody, toggled } from '../ui/choosing'
import { Pill } from '../ui/Pill'
import { words } from '../words'
import { clients } from '../words/clients'
import styles from './Clients.module.css'
import { type CountedGroup, PeopleNames } from './documents'
import { type ChoiceProps, GroupFilter } from './GroupFilter'
import type { Duty } from './people'
import { PersonPicker } from './PersonPicker'
import { isFiltered, statuses, unfiltered, type View } from './view'

const text = clients.filters

interface Props {
  view: View
  groups: readonly CountedGroup[]
  integrations: readonly Integration[]
  onChange: (part: Partial<View>) => void
}

/** What the list is limited to. */
export function Filters({ view, groups, integrations, onChange }: Props) {
  return (
    <div className={styles.filters} role="group" aria-label={text.label}>
      <Menu width={220}>
        <Menu.Target><Pill label={text.statuses[view.status]} on={view.status !== 'active'} /></Menu.Target>
        <Menu.Dropdown>
          {statuses.map((status) => (
            <Menu.RadioItem key={status} value={status} checked={view.status === status} closeMenuOnClick onChange={() => onChange({ status })}>{text.statuses[status]}</Menu.RadioItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <GroupFilter chosen={view.groups} groups={groups} onChange={(chosen) => onChange({ groups: chosen })} />
      <PersonFilter duty="engineer" chosen={view.engineers} onChange={(engineers) => onChange({ engineers })} />
      <PersonFilter duty="vcio" chosen={view.vcios} onChange={(vcios) => onChange({ vcios })} />
      <UnmappedFilter chosen={view.unmapped} integrations={integrations} onChange={(unmapped) => onChange({ unmapped })} />
      {isFiltered(view) && <Button variant="subtle" onClick={() => onChange(unfiltered)}>{text.reset}</Button>}
    </div>
  )
}

function PersonFilter({ duty, chosen, onChange }: ChoiceProps & { duty: Duty }) {
  const names = useNames(chosen.filter((id) => id !== nobody))
  const nameOf = (id: string) => (id === nobody ? text.notAssigned : names === null ? words.common.loading : names.get(id) ?? text.gone)
  const label = chosen.length === 0 ? text[duty] : chosen.length === 1 ? text.only[duty](nameOf(chosen[0]!)) : text.several[duty](chosen.length)
  return (
    <PersonPicker label={text[duty]} chosen={chosen} several onPick={(person) => onChange(toggled(chosen, person?.id ?? nobody))}
      target={(open, isOpen) => <Pill label={label} on={chosen.length > 0} aria-haspopup="listbox" aria-expanded={isOpen} onClick={open} />} />
  )
}

function UnmappedFilter({ chosen, integrations, onChange }: ChoiceProps & { integrations: readonly Integration[] }) {
  const nameOf = (id: string) => integrations.find((one) => one.id === id)?.name ?? text.gone
  const label = chosen.length === 0 ? text.unmapped : chosen.length === 1 ? text.unmappedIn(nameOf(chosen[0]!)) : text.unmappedInSeveral(chosen.length)
  return (
    <Menu width={250}>
      <Menu.Target><Pill label={label} on={chosen.length > 0} /></Menu.Target>
      <Menu.Dropdown className={styles.menu}>
        {integrations.map(({ id, name }) => <Menu.CheckboxItem key={id} checked={chosen.includes(id)} onChange={() => onChange(toggled(chosen, id))}>{name}</Menu.CheckboxItem>)}
        {integrations.length === 0 && <Menu.Label>{text.noTools}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Returns the names of people; null until they have been read. */
function useNames(ids: readonly string[]): ReadonlyMap<string, string> | null {
  const [names, setNames] = useState<ReadonlyMap<string, string> | null>(null)
  const key = ids.join(' ')
  useEffect(() => {
    if (key === '') return
    let current = true
    void request('query', PeopleNames, { ids: key.split(' ') }).then(({ data }) => {
      if (current && data) setNames(new Map(data.nodes.flatMap((node) => (node?.__typename === 'Person' ? [[node.id, node.name] as const] : []))))
    })
    return () => {
      current = false
    }
  }, [key])
  return names
}
