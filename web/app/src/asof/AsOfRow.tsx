import type { VirtualItem } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, memo, type PointerEvent, useId } from 'react'

import { explain, type Explained, hideExplanation } from '../organizations/explaining'
import gridStyles from '../organizations/Grid.module.css'
import { asOf } from '../words/asof'
import styles from './AsOf.module.css'
import { type CellDifference, cellDifference, pastExternals, type PastColumn, type Since, sinceThen, type Today } from './differences'
import type { Past } from './documents'

interface Props {
  row: number
  top: number
  /** Undefined while its page is loading. */
  past: Past | undefined
  today: Today
  columns: readonly PastColumn[]
  visible: readonly VirtualItem[]
  /** The style of each column's cells. */
  places: readonly CSSProperties[]
  activeColumn: number | null
  moveFocus: (row: number, column: number) => void
  /** Opens the card of a cell and moves the focus into it. */
  enter: (address: Explained) => void
}

/** The name column's part of an address, which names no integration. */
export const nameColumn = ''

/** An organization as it was, with what differs today. */
export const AsOfRow = memo(function AsOfRow(props: Props) {
  const { row, top, past, today, columns, visible, places, activeColumn } = props
  return (
    <div className={gridStyles.row} role="row" aria-rowindex={row + 2} style={{ transform: `translateY(${top}px)` }}>
      <Name {...props} active={activeColumn === 0} />
      {visible.map(({ index }) => {
        const column = columns[index]
        return column && (
          <Cell key={column.id} {...props} column={column} index={index + 1} place={places[index]!} active={activeColumn === index + 1}
            difference={past ? cellDifference(past, today, column.id) : null} />
        )
      })}
    </div>
  )
})

function Name({ row, past, today, active, moveFocus, enter }: Props & { active: boolean }) {
  const since = past ? sinceThen(past, today) : null
  const said = since && asOf.row.since(since)
  return (
    <div className={`${gridStyles.name} ${styles.name}`} role="rowheader" aria-colindex={1} data-grid-position={`${row}:0`} data-inactive={past?.active === false || undefined}
      data-mark={since ? 'differs' : undefined} data-cell={past && `${past.id} ${nameColumn}`} tabIndex={active ? 0 : -1} title={past && [past.name, said].filter(Boolean).join('\n')}
      onFocus={() => moveFocus(row, 0)} {...explaining(past, nameColumn, since, enter)}>
      {past ? <span className={gridStyles.ellipsis}>{past.name}</span> : <span className={gridStyles.skeleton} />}
      {past?.active === false && <span className={gridStyles.badge}>{asOf.row.deactivated}</span>}
      {said && <span className={styles.since}>{said}</span>}
    </div>
  )
}

interface CellProps extends Props {
  column: PastColumn
  index: number
  place: CSSProperties
  active: boolean
  difference: CellDifference | null
}

function Cell({ row, past, today, column, index, place, active, difference, moveFocus, enter }: CellProps) {
  const { cell: text } = asOf
  const id = useId()
  const externals = past ? pastExternals(past, column.id) : []
  const [first, ...others] = externals
  const content = externals.map(({ name }) => name).join(', ') || text.notMapped
  return (
    <div className={`${gridStyles.cell} ${styles.cell}`} role="gridcell" aria-colindex={index + 1} data-grid-position={`${row}:${index}`} style={place} tabIndex={active ? 0 : -1}
      aria-label={past && text.label({ organization: past.name, integration: column.name, content })} aria-describedby={difference ? id : undefined}
      data-cell={past && `${past.id} ${column.id}`} data-mark={difference ? 'differs' : undefined} title={externals.length > 1 ? externals.map(({ name }) => name).join('\n') : undefined}
      onFocus={() => moveFocus(row, index)} {...explaining(past, column.id, difference, enter)}>
      {!past && <span className={gridStyles.skeleton} />}
      {past && !first && <span className={gridStyles.none}>{text.notMapped}</span>}
      {first && <span className={gridStyles.chip} title={first.name}><span className={gridStyles.ellipsis}>{first.name}</span></span>}
      {others.length > 0 && <span className={gridStyles.others} data-more={text.more(others.length)} />}
      {difference && <span id={id} hidden>{described(difference, today, column)}</span>}
    </div>
  )
}

function described({ now }: CellDifference, today: Today, column: PastColumn): string {
  if (today === null) return asOf.cell.differsDeleted
  return column.gone ? asOf.cell.differsWithout : asOf.cell.differs(now.map(({ name }) => name))
}

/** Returns the listeners of a cell that differs: its card shows when the pointer or the focus rests on it, and at once by a click or Space. */
function explaining(past: Past | undefined, integrationId: string, difference: CellDifference | Since | null, enter: Props['enter']) {
  if (!past || difference === null) return {}
  const address = { organizationId: past.id, integrationId }
  return {
    onFocusCapture: () => explain(address, 'rest'),
    onBlur: () => hideExplanation('soon'),
    onPointerMove: ({ pointerType }: PointerEvent) => { if (pointerType === 'mouse') explain(address, 'rest') },
    onPointerLeave: () => hideExplanation('soon'),
    onClick: () => explain(address, 'once'),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      if (event.key === ' ') explain(address, 'once')
      else enter(address)
    },
  }
}
