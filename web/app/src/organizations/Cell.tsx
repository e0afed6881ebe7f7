import { type KeyboardEvent, memo } from 'react'

import type { Integration, Organization } from '../api/documents'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import type { GridActions } from './actions'
import styles from './Grid.module.css'
import { type EditStatus, type External, keyOf, statusOf } from './staged'
import { cellErrors, externalsOf, staged, useEdit } from './workspace'

const text = words.organizations.cell

interface Props {
  row: number
  column: number
  left: number
  organization: Organization | undefined
  integration: Integration
  active: boolean
  editable: boolean
  moveFocus: (row: number, column: number) => void
  actions: GridActions
}

/** What an organization is mapped to in one integration, including unsaved edits. */
export const Cell = memo(function Cell(props: Props) {
  const { row, column, left, organization } = props
  if (!organization) {
    return (
      <div className={styles.cell} role="gridcell" aria-colindex={column + 1} style={{ left }} data-grid-position={`${row}:${column}`}
        tabIndex={props.active ? 0 : -1} onFocus={() => props.moveFocus(row, column)}>
        <span className={styles.skeleton} />
      </div>
    )
  }
  return <LoadedCell {...props} organization={organization} />
})

function LoadedCell({ row, column, left, organization, integration, active, editable, moveFocus, actions }: Props & { organization: Organization }) {
  const key = keyOf({ organizationId: organization.id, integrationId: integration.id })
  const edit = useEdit(key)
  const status = useStore(staged, (all): EditStatus | null => {
    const mine = all.edits.get(key)
    return mine ? statusOf(all, mine) : null
  })
  const error = useStore(cellErrors, (all) => all.get(key))
  const externals = edit && status !== 'settled' ? edit.wanted : externalsOf(organization, integration.id)
  const mark = error ? 'error' : status === 'conflict' ? 'conflict' : status === 'pending' ? 'edited' : undefined
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
      aria-label={labelOf(organization, integration, externals, mark)}
      aria-haspopup={editable ? 'dialog' : undefined}
      data-grid-position={`${row}:${column}`}
      data-cell={key}
      data-mark={mark}
      style={{ left }}
      tabIndex={active ? 0 : -1}
      title={error ?? (externals.length > 1 ? externals.map(({ name }) => name).join('\n') : undefined)}
      onFocus={() => moveFocus(row, column)}
      onClick={() => actions.openCell(organization, integration)}
      onKeyDown={onKeyDown}
    >
      {!first && <span className={styles.none}>{status === 'conflict' ? text.nothing : text.notMapped}</span>}
      {first && (
        <Chip external={first} editable={editable} integration={integration}
          onRemove={() => actions.setCell(organization, integration, others)} />
      )}
      {others.length > 0 && <span className={styles.others}>{text.more(others.length)}</span>}
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
      title={external.gone ? text.removedFrom({ external: external.name, integration: integration.name }) : external.name}>
      <span className={styles.ellipsis}>{external.name}</span>
      {editable && (
        <button type="button" className={styles.remove} tabIndex={-1} aria-label={text.unmap(external.name)}
          onClick={(event) => { event.stopPropagation(); onRemove() }}>
          <Icon name="close" />
        </button>
      )}
    </span>
  )
}

function labelOf(organization: Organization, integration: Integration, externals: readonly External[], mark: keyof typeof text.marks | undefined) {
  const content = externals.map(({ name, gone }) => (gone ? text.removed(name) : name)).join(', ') || text.notMapped
  return text.label({ organization: organization.name, integration: integration.name, content, mark: mark ? text.marks[mark] : null })
}
