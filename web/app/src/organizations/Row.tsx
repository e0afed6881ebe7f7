import type { VirtualItem } from '@tanstack/react-virtual'
import { Menu } from '@mantine/core'
import { type CSSProperties, type KeyboardEvent, memo } from 'react'

import type { GridRow, Integration } from '../api/documents'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import type { GridActions } from './actions'
import { Cell } from './Cell'
import styles from './Grid.module.css'
import { acceptingRow, rejected } from './suggestions'
import { staged } from './workspace'

const text = words.organizations.row

interface Props {
  row: number
  top: number
  organization: GridRow | undefined
  /** The organization's name, which may be known before the rest. */
  name: string | undefined
  integrations: readonly Integration[]
  columns: readonly VirtualItem[]
  /** The style of each column's cells. */
  places: readonly CSSProperties[]
  activeColumn: number | null
  /** The first and last selected columns; both are -1 if none is. */
  selectedFrom: number
  selectedTo: number
  editable: boolean
  moveFocus: (row: number, column: number) => void
  go: (row: number, column: number) => void
  actions: GridActions
}

export const Row = memo(function Row(props: Props) {
  const { row, top, organization, name, integrations, columns, places, activeColumn, selectedFrom, selectedTo, editable, moveFocus, go, actions } = props
  return (
    <div className={styles.row} role="row" aria-rowindex={row + 2} style={{ transform: `translateY(${top}px)` }}>
      <Name {...{ row, organization, name, integrations, editable, moveFocus, go, actions }} active={activeColumn === 0} selected={selectedFrom === 0} />
      {columns.map((column) => {
        const integration = integrations[column.index]
        return integration && (
          <Cell
            key={integration.id}
            row={row}
            column={column.index + 1}
            place={places[column.index]!}
            organization={organization}
            integration={integration}
            active={activeColumn === column.index + 1}
            selected={column.index + 1 >= selectedFrom && column.index + 1 <= selectedTo}
            editable={editable}
            moveFocus={moveFocus}
            go={go}
            actions={actions}
          />
        )
      })}
    </div>
  )
})

type NameProps = Pick<Props, 'row' | 'organization' | 'name' | 'integrations' | 'editable' | 'moveFocus' | 'go' | 'actions'> & { active: boolean; selected: boolean }

function Name({ row, organization, name, integrations, editable, moveFocus, go, actions, active, selected }: NameProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return
    event.preventDefault()
    if (event.key === 'Enter' && event.shiftKey) {
      if (organization && editable && actions.acceptRow(organization)) go(row + 1, 0)
    } else event.currentTarget.querySelector('button')?.click()
  }
  return (
    <div
      className={styles.name}
      role="rowheader"
      aria-colindex={1}
      data-grid-position={`${row}:0`}
      data-inactive={organization?.active === false || undefined}
      aria-selected={selected || undefined}
      tabIndex={active ? 0 : -1}
      onFocus={() => moveFocus(row, 0)}
      onKeyDown={onKeyDown}
      title={name}
    >
      {name === undefined ? <span className={styles.skeleton} /> : <span className={styles.ellipsis}>{name}</span>}
      {organization?.active === false && <span className={styles.badge}>{text.deactivated}</span>}
      {organization && editable && (
        <Menu>
          <Menu.Target>
            <button type="button" className={styles.more} tabIndex={-1} aria-label={text.actions(organization.name)}>
              <Icon name="more" />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <AcceptRow organization={organization} integrations={integrations} onAccept={() => actions.acceptRow(organization)} />
            <Menu.Item onClick={() => actions.rename(organization)}>{words.common.rename}</Menu.Item>
            {organization.active
              ? <Menu.Item onClick={() => actions.activate(organization, false)}>{text.deactivate}</Menu.Item>
              : <Menu.Item onClick={() => actions.activate(organization, true)}>{text.reactivate}</Menu.Item>}
            <Menu.Item onClick={() => actions.remove(organization)}>{text.remove}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  )
}

interface AcceptRowProps {
  organization: GridRow
  integrations: readonly Integration[]
  onAccept: () => void
}

function AcceptRow({ organization, integrations, onAccept }: AcceptRowProps) {
  const hidden = useStore(rejected)
  const count = useStore(staged, (all) => acceptingRow(organization, integrations.map(({ id }) => id), all, hidden).length)
  const { row } = words.suggestions
  return <Menu.Item disabled={count === 0} onClick={onAccept}>{count === 0 ? row.none : row.accept(count)}</Menu.Item>
}
