import { Button, Menu } from '@mantine/core'
import { useEffect, useState } from 'react'

import { request } from '../api/client'
import type { Integration } from '../api/documents'
import { Pill, RemovablePill } from '../ui/Pill'
import { words } from '../words'
import { history } from '../words/history'
import { SubjectNames } from './documents'
import styles from './History.module.css'
import { OrganizationFilter } from './OrganizationFilter'
import { isFiltered, kinds, unfiltered, type View } from './view'

const text = history.filters

/** Someone who made a change. */
export interface Actor {
  id: string
  name: string
}

interface Props {
  view: View
  /** Those who made the changes that have been loaded. */
  actors: readonly Actor[]
  integrations: readonly Integration[]
  onChange: (part: Partial<View>) => void
}

/** What the timeline is limited to. */
export function Filters({ view, actors, integrations, onChange }: Props) {
  const names = useNames([view.organization, view.external].filter((id) => id !== null))
  const actor = view.actor === null ? text.anyone : actors.find(({ id }) => id === view.actor)?.name ?? text.someone
  const tools = view.tools.length === 0 ? text.allTools : view.tools.length === 1 ? integrations.find(({ id }) => id === view.tools[0])?.name ?? text.tools(1) : text.tools(view.tools.length)
  const kindsLabel = view.kinds.length === 0 ? text.allKinds : view.kinds.length === 1 ? history.kinds[view.kinds[0]!] : text.severalKinds(view.kinds.length)
  const nameOf = (id: string, otherwise: string) => (names === null ? words.common.loading : names.get(id) ?? otherwise)
  return (
    <div className={styles.filters} role="group" aria-label={text.label}>
      {view.organization === null
        ? <OrganizationFilter onPick={({ id }) => onChange({ organization: id, change: null })} />
        : <RemovablePill name={nameOf(view.organization, text.gone)} label={text.remove(nameOf(view.organization, text.gone))} onRemove={() => onChange({ organization: null, change: null })} />}
      {view.external !== null && <RemovablePill name={nameOf(view.external, text.goneExternal)} label={text.remove(nameOf(view.external, text.goneExternal))} onRemove={() => onChange({ external: null, change: null })} />}
      <Menu width={250}>
        <Menu.Target><Pill label={actor} on={view.actor !== null} /></Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          {[{ id: '', name: text.anyone }, ...actors].map(({ id, name }) => (
            <Menu.RadioItem key={id} value={id} checked={(view.actor ?? '') === id} closeMenuOnClick onChange={() => onChange({ actor: id || null, change: null })}>{name}</Menu.RadioItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu width={250}>
        <Menu.Target><Pill label={tools} on={view.tools.length > 0} /></Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          <Menu.CheckboxItem checked={view.tools.length === 0} onChange={() => onChange({ tools: [], change: null })}>{text.allTools}</Menu.CheckboxItem>
          {integrations.map(({ id, name }) => (
            <Menu.CheckboxItem key={id} checked={view.tools.includes(id)} onChange={() => onChange({ tools: toggled(view.tools, id), change: null })}>{name}</Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu width={250}>
        <Menu.Target><Pill label={kindsLabel} on={view.kinds.length > 0} /></Menu.Target>
        <Menu.Dropdown className={styles.menu}>
          <Menu.CheckboxItem checked={view.kinds.length === 0} onChange={() => onChange({ kinds: [], change: null })}>{text.allKinds}</Menu.CheckboxItem>
          {kinds.map((kind) => (
            <Menu.CheckboxItem key={kind} checked={view.kinds.includes(kind)} onChange={() => onChange({ kinds: toggled(view.kinds, kind), change: null })}>{history.kinds[kind]}</Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
      <span className={styles.period} role="group" aria-label={text.period}>
        <label>{text.from} <input type="date" value={view.from} max={view.to || undefined} onChange={(event) => onChange({ from: event.currentTarget.value, change: null })} /></label>
        <label>{text.to} <input type="date" value={view.to} min={view.from || undefined} onChange={(event) => onChange({ to: event.currentTarget.value, change: null })} /></label>
      </span>
      {isFiltered(view) && <Button variant="subtle" onClick={() => onChange({ ...unfiltered, change: null })}>{text.reset}</Button>}
    </div>
  )
}

const toggled = <One,>(all: readonly One[], one: One): One[] => (all.includes(one) ? all.filter((other) => other !== one) : [...all, one])

/** Returns the names of what the filter refers to, as far as it still exists; null until they have been read. */
function useNames(ids: readonly string[]): ReadonlyMap<string, string> | null {
  const [names, setNames] = useState<ReadonlyMap<string, string> | null>(null)
  const key = ids.join(' ')
  useEffect(() => {
    let current = true
    setNames(null)
    if (key === '') return
    void request('query', SubjectNames, { ids: key.split(' ') }).then(({ data }) => {
      if (!current) return
      setNames(new Map(data?.nodes.flatMap((node) => {
        if (node?.__typename === 'Organization') return [[node.id, node.name] as const]
        return node?.__typename === 'ExternalOrg' ? [[node.id, text.inTool({ name: node.name, tool: node.integration.name })] as const] : []
      })))
    })
    return () => {
      current = false
    }
  }, [key])
  return names
}
