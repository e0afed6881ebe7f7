import { type KeyboardEvent, memo } from 'react'

import type { Integration, Organization } from '../api/documents'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import type { GridActions } from './actions'
import styles from './Grid.module.css'
import { type External, keyOf, standing, type Standing } from './staged'
import { complaints, externalsOf, staged, useEdit } from './workspace'

interface Props {
  row: number
  column: number
  left: number
  organization: Organization | undefined
  integration: Integration
  active: boolean
  editable: boolean
  stand: (row: number, column: number) => void
  actions: GridActions
}

/** What an organization is mapped to in one integration, including unsaved edits. */
export const Cell = memo(function Cell(props: Props) {
  const { row, column, left, organization } = props
  if (!organization) {
    return (
      <div className={styles.cell} role="gridcell" aria-colindex={column + 1} style={{ left }} data-place={`${row}:${column}`}
        tabIndex={props.active ? 0 : -1} onFocus={() => props.stand(row, column)}>
        <span className={styles.skeleton} />
      </div>
    )
  }
  return <Held {...props} organization={organization} />
})

function Held({ row, column, left, organization, integration, active, editable, stand, actions }: Props & { organization: Organization }) {
  const key = keyOf({ organizationId: organization.id, integrationId: integration.id })
  const edit = useEdit(key)
  const stands = useStore(staged, (all): Standing | null => {
    const mine = all.edits.get(key)
    return mine ? standing(all, mine) : null
  })
  const complaint = useStore(complaints, (all) => all.get(key))
  const externals = edit && stands !== 'settled' ? edit.wanted : externalsOf(organization, integration.id)
  const mark = complaint ? 'complaint' : stands === 'conflict' ? 'conflict' : stands === 'pending' ? 'edited' : undefined
  const [first, ...others] = externals

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter' || event.key === 'F2' || event.key === ' ') {
      event.preventDefault()
      actions.openCell(organization, integration)
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && editable && externals.length > 0) {
      event.preventDefault()
      actions.setCell(organization, integration, [])
    }
  }

  return (
    <div
      className={styles.cell}
      role="gridcell"
      aria-colindex={column + 1}
      aria-label={label(organization, integration, externals, mark)}
      aria-haspopup={editable ? 'dialog' : undefined}
      data-place={`${row}:${column}`}
      data-cell={key}
      data-mark={mark}
      style={{ left }}
      tabIndex={active ? 0 : -1}
      title={complaint ?? (externals.length > 1 ? externals.map(({ name }) => name).join('\n') : undefined)}
      onFocus={() => stand(row, column)}
      onClick={() => actions.openCell(organization, integration)}
      onKeyDown={onKeyDown}
    >
      {!first && <span className={styles.none}>{stands === 'conflict' ? 'Nothing' : 'Not mapped'}</span>}
      {first && (
        <Chip external={first} editable={editable} integration={integration}
          onRemove={() => actions.setCell(organization, integration, others)} />
      )}
      {others.length > 0 && <span className={styles.others}>+{others.length}</span>}
      {mark && mark !== 'edited' && <span className={styles.mark}><Icon name="warn" /></span>}
    </div>
  )
}

interface ChipProps {
  external: External
  editable: boolean
  integration: Integration
  onRemove: () => void
}

function Chip({ external, editable, integration, onRemove }: ChipProps) {
  return (
    <span className={styles.chip} data-gone={external.gone || undefined}
      title={external.gone ? `${external.name}: no longer in ${integration.name}` : external.name}>
      <span className={styles.ellipsis}>{external.name}</span>
      {editable && (
        <button type="button" className={styles.remove} tabIndex={-1} aria-label={`Unmap ${external.name}`}
          onClick={(event) => { event.stopPropagation(); onRemove() }}>
          <Icon name="close" />
        </button>
      )}
    </span>
  )
}

function label(organization: Organization, integration: Integration, externals: readonly External[], mark: string | undefined) {
  const names = externals.map(({ name, gone }) => (gone ? `${name}, no longer listed` : name)).join(', ') || 'Not mapped'
  const state = mark === 'edited' ? ', unsaved' : mark === 'conflict' ? ', conflict with a newer change' : mark === 'complaint' ? ', could not be saved' : ''
  return `${organization.name}, ${integration.name}: ${names}${state}`
}
