import { type CSSProperties, type FocusEvent, type KeyboardEvent, memo } from 'react'

import type { GridRow, Integration, Suggestion } from '../api/documents'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import type { GridActions } from './actions'
import { explain, hideExplanation } from './explaining'
import styles from './Grid.module.css'
import { isLetter } from './keys'
import { type EditStatus, elsewhere, type External, keyOf, statusOf } from './staged'
import { ghostsOf, rejected } from './suggestions'
import ghostStyles from './Suggestions.module.css'
import { TierMark } from './TierMark'
import { cellErrors, externalsOf, staged, useEdit } from './workspace'

const text = words.organizations.cell

/** The ID of the element that says what the keys do to a suggestion. */
export const ghostKeysId = 'suggestion-keys'

interface Props {
  row: number
  column: number
  place: CSSProperties
  organization: GridRow | undefined
  integration: Integration
  active: boolean
  /** The cell belongs to the selected range. */
  selected: boolean
  editable: boolean
  moveFocus: (row: number, column: number) => void
  /** Moves the focus to another cell and scrolls to it. */
  go: (row: number, column: number) => void
  actions: GridActions
}

/** What an organization is mapped to in one integration, including unsaved edits, or what is suggested for it. */
export const Cell = memo(function Cell(props: Props) {
  const { row, column, place, organization } = props
  if (!organization) {
    return (
      <div className={styles.cell} role="gridcell" aria-colindex={column + 1} style={place} data-grid-position={`${row}:${column}`}
        aria-selected={props.selected || undefined} tabIndex={props.active ? 0 : -1} onFocus={() => props.moveFocus(row, column)}>
        <span className={styles.skeleton} />
      </div>
    )
  }
  return <LoadedCell {...props} organization={organization} />
})

function LoadedCell({ row, column, place, organization, integration, active, selected, editable, moveFocus, go, actions }: Props & { organization: GridRow }) {
  const address = { organizationId: organization.id, integrationId: integration.id }
  const key = keyOf(address)
  const edit = useEdit(key)
  const status = useStore(staged, (all): EditStatus | null => {
    const mine = all.edits.get(key)
    return mine ? statusOf(all, mine) : null
  })
  const error = useStore(cellErrors, (all) => all.get(key))
  const externals = edit && status !== 'settled' ? edit.wanted : externalsOf(organization, integration.id)
  const [ghost, ghosts] = useGhost(organization, integration)
  const mark = error ? 'error' : status === 'conflict' || status === 'elsewhere' ? status : status === 'pending' ? 'edited' : undefined
  const holders = useStore(staged, (all) => (status === 'elsewhere' && edit ? elsewhere(all, edit).map(({ holder }) => holder.organizationName).join(', ') : ''))
  const [first, ...others] = externals

  const accept = (suggestion: Suggestion) => {
    hideExplanation('once')
    actions.accept(organization, suggestion)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const { key: pressed, shiftKey, ctrlKey, metaKey, altKey, repeat } = event
    if (pressed === 'Enter' && shiftKey) {
      if (editable && actions.acceptRow(organization)) go(row + 1, column)
    } else if (pressed === 'Enter' && ghost && editable) {
      accept(ghost)
      go(row + 1, column)
    } else if (pressed === ' ' && ghost) {
      explain(address, 'once')
    } else if (pressed === 'Enter' || pressed === 'F2' || pressed === ' ') {
      actions.openCell(organization, integration)
    } else if (pressed === 'Delete' || pressed === 'Backspace') {
      if (!editable || repeat) return
      if (ghost) actions.reject(organization, ghost)
      else if (externals.length > 0) actions.setCell(organization, integration, [])
    } else if (pressed === 'Escape') {
      hideExplanation('once')
    } else if (editable && isLetter(pressed) && !ctrlKey && !metaKey && !altKey) {
      actions.openCell(organization, integration, pressed)
    } else return
    event.preventDefault()
  }
  const onFocus = (event: FocusEvent) => {
    moveFocus(row, column)
    if (ghost && event.target === event.currentTarget) explain(address, 'rest')
  }

  return (
    <div
      className={styles.cell}
      role="gridcell"
      aria-colindex={column + 1}
      aria-label={labelOf(organization, integration, externals, ghost, mark && text.marks[mark](holders))}
      aria-describedby={ghost && editable ? ghostKeysId : undefined}
      aria-selected={selected || undefined}
      aria-haspopup={editable ? 'dialog' : undefined}
      data-grid-position={`${row}:${column}`}
      data-cell={key}
      data-mark={mark}
      style={place}
      tabIndex={active ? 0 : -1}
      title={error ?? (externals.length > 1 ? externals.map(({ name }) => name).join('\n') : undefined)}
      onFocus={onFocus}
      onBlur={() => hideExplanation('soon')}
      onPointerMove={(event) => { if (ghost && event.pointerType === 'mouse') explain(address, 'rest') }}
      onPointerLeave={() => ghost && hideExplanation('soon')}
      onClick={() => actions.openCell(organization, integration)}
      onKeyDown={onKeyDown}
    >
      {!first && !ghost && <span className={styles.none}>{status === 'conflict' ? text.nothing : text.notMapped}</span>}
      {!first && ghost && <Ghost suggestion={ghost} editable={editable} onAccept={() => accept(ghost)} />}
      {!first && ghosts > 1 && <span className={styles.others} data-more={text.more(ghosts - 1)} />}
      {first && (
        <Chip external={first} editable={editable} integration={integration}
          onRemove={() => actions.setCell(organization, integration, others)} />
      )}
      {others.length > 0 && <span className={styles.others} data-more={text.more(others.length)} />}
      {mark === 'elsewhere' && <span className={styles.heldBy} title={text.marks.elsewhere(holders)}>{text.heldBy(holders)}</span>}
      {mark && mark !== 'edited' && <span className={styles.mark}><Icon name="warn" /></span>}
    </div>
  )
}

/** Returns a cell's best suggestion and the number of its suggestions. */
function useGhost(organization: GridRow, integration: Integration): [Suggestion | undefined, number] {
  const hidden = useStore(rejected)
  // The store's part must be a value that compares as equal while nothing changes.
  const ids = useStore(staged, (all) => ghostsOf(organization, integration.id, all, hidden).map(({ externalOrg }) => externalOrg.id).join(' '))
  if (ids === '') return [undefined, 0]
  const all = ids.split(' ')
  return [organization.suggestions.find(({ externalOrg }) => externalOrg.id === all[0]), all.length]
}

function Ghost({ suggestion, editable, onAccept }: { suggestion: Suggestion; editable: boolean; onAccept: () => void }) {
  const { tier, externalOrg } = suggestion
  return (
    <span className={ghostStyles.ghost} data-tier={tier}>
      <TierMark tier={tier} />
      <span className={styles.ellipsis}>{externalOrg.name}</span>
      {editable && (
        <button type="button" className={ghostStyles.accept} tabIndex={-1} aria-label={words.suggestions.cell.accept(externalOrg.name)}
          onClick={(event) => { event.stopPropagation(); onAccept() }}>
          <Icon name="check" size={14} />
        </button>
      )}
    </span>
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

function labelOf(organization: GridRow, integration: Integration, externals: readonly External[], ghost: Suggestion | undefined, mark: string | undefined) {
  const content = externals.map(({ name, gone }) => (gone ? text.removed(name) : name)).join(', ')
    || (ghost ? words.suggestions.cell.content({ external: ghost.externalOrg.name, tier: ghost.tier }) : text.notMapped)
  return text.label({ organization: organization.name, integration: integration.name, content, mark: mark ?? null })
}
