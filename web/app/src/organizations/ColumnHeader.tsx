import { Menu } from '@mantine/core'
import { type CSSProperties, type KeyboardEvent, memo, type PointerEvent } from 'react'

import type { Integration } from '../api/documents'
import { formatExactTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Dot, ProgressBar } from '../ui/Indicators'
import { integrationStatus, isRunning } from '../ui/status'
import { words } from '../words'
import type { GridActions } from './actions'
import { ColumnCounts } from './ColumnCounts'
import { ColumnMenu } from './ColumnMenu'
import type { Column } from './columns'
import columnStyles from './Columns.module.css'
import styles from './Grid.module.css'
import type { Arranging } from './useColumns'

const text = words.organizations.column

interface Props {
  integration: Integration
  /** How the column is arranged. */
  chosen: Column
  column: number
  place: CSSProperties
  /** Before which column it moves to the left or right; undefined if it cannot. */
  left: string | null | undefined
  right: string | null | undefined
  active: boolean
  editable: boolean
  moveFocus: (row: number, column: number) => void
  actions: GridActions
  arranging: Arranging
  onFit: (id: string) => void
  onMoveStart: (event: PointerEvent, index: number) => void
  onResizeStart: (event: PointerEvent, index: number) => void
}

/** A column header: the integration, its state, how many organizations are mapped in it, and a menu of actions. */
export const ColumnHeader = memo(function ColumnHeader(props: Props) {
  const { integration, chosen, column, place, left, right, active, editable, moveFocus, actions, arranging, onFit, onMoveStart, onResizeStart } = props
  const run = integration.lastRefresh
  const { tone, word } = integrationStatus(integration)
  const { counts, organizationCounts } = integration
  const mapped = words.suggestions.column.mapped(organizationCounts)
  const suggested = organizationCounts.suggested > 0 ? words.suggestions.column.suggested(organizationCounts.suggested) : null
  const all = suggested === null ? mapped : mapped + words.common.separator + suggested
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
    event.preventDefault() // or the browser goes back
    const before = event.key === 'ArrowLeft' ? left : right
    if (before !== undefined) arranging.move(integration.id, before)
  }
  return (
    <div className={styles.heading} role="columnheader" aria-colindex={column + 1} style={place}>
      <Menu width={300} middlewares={{ flip: true, shift: true, size: true }}>
        <Menu.Target>
          <button type="button" className={styles.headingButton} data-grid-position={`-1:${column}`} tabIndex={active ? 0 : -1}
            onFocus={() => moveFocus(-1, column)} onKeyDown={onKeyDown} onPointerDown={(event) => onMoveStart(event, column - 1)}>
            <span className={styles.headingName} data-heading={integration.id}>
              <Dot tone={tone} />
              <span className={styles.ellipsis}>{integration.name}</span>
              <Icon name="chevron" size={12} />
            </span>
            <span title={all}>
              {tone === 'good'
                ? <><ColumnCounts {...organizationCounts} onSuggested={() => actions.showSuggested(integration)} /><span className={styles.hidden}>{word}</span></>
                : <><span data-tone={tone} className={styles.headingWord}>{isRunning(run) && run ? text.progress({ status: word, fetched: run.fetched, total: run.total }) : word}</span><span className={styles.hidden}>{all}</span></>}
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown className={columnStyles.menu}>
          {/* Without roles of its own: a menu may hold nothing but its items. */}
          <div className={styles.menuText}>
            <span className={styles.menuWord}>{word}</span>
            {run?.finishedAt && <span title={formatExactTime(run.finishedAt)}>{words.common.separator}{words.ago(run.finishedAt)}</span>}
            <div>{text.counts(counts)}</div>
            {run?.failure && <div className={styles.menuProblem}>{run.failure.message}</div>}
          </div>
          <Menu.Divider />
          {editable && organizationCounts.suggested > 0 && (
            <Menu.Item leftSection={<Icon name="check" />} onClick={() => actions.acceptColumn(integration)}>{words.suggestions.column.accept}</Menu.Item>
          )}
          {suggested !== null && (
            <Menu.Item leftSection={<Icon name="search" />} onClick={() => actions.showSuggested(integration)}>{text.showSuggested(integration.name)}</Menu.Item>
          )}
          <Menu.Item leftSection={<Icon name="search" />} onClick={() => actions.showUnmapped(integration)}>{text.showUnmapped(integration.name)}</Menu.Item>
          {run?.state === 'NEEDS_REVIEW' && (
            <Menu.Item leftSection={<Icon name="warn" />} onClick={() => actions.review(integration)}>{text.reviewList}</Menu.Item>
          )}
          {editable && isRunning(run) && run && (
            <Menu.Item leftSection={<Icon name="close" />} onClick={() => actions.cancel(run.id)}>{text.cancelRefresh}</Menu.Item>
          )}
          {editable && !isRunning(run) && integration.state !== 'DISABLED' && (
            <Menu.Item leftSection={<Icon name="refresh" />} onClick={() => actions.refresh([integration.id])}>{words.common.refresh}</Menu.Item>
          )}
          {editable && integration.canImport && (
            <Menu.Item leftSection={<Icon name="download" />} onClick={actions.importFrom}>{text.addFrom(integration.name)}</Menu.Item>
          )}
          <Menu.Divider />
          <ColumnMenu column={chosen} left={left} right={right} arranging={arranging} onFit={onFit} />
        </Menu.Dropdown>
      </Menu>
      <span role="presentation" className={columnStyles.grip} onPointerDown={(event) => onResizeStart(event, column - 1)} onDoubleClick={() => onFit(integration.id)} />
      {isRunning(run) && run && <ProgressBar run={run} label={words.common.refreshing(integration.name)} className={styles.headingBar} />}
    </div>
  )
})
