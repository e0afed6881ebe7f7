import { Menu } from '@mantine/core'
import { memo } from 'react'

import type { Integration } from '../api/documents'
import { Icon } from '../ui/Icon'
import { Dot, ProgressBar } from '../ui/Standing'
import { ago, count, isRunning, plural, standingOf } from '../ui/words'
import type { GridActions } from './actions'
import styles from './Grid.module.css'

interface Props {
  integration: Integration
  column: number
  left: number
  active: boolean
  editable: boolean
  stand: (row: number, column: number) => void
  actions: GridActions
}

/** A column header: the integration, its state, how much of its list is mapped, and a menu of actions. */
export const ColumnHeader = memo(function ColumnHeader({ integration, column, left, active, editable, stand, actions }: Props) {
  const run = integration.lastRefresh
  const { tone, word } = standingOf(integration)
  const { counts } = integration
  const mapped = `${count(counts.mapped)} of ${count(counts.total)} mapped`
  return (
    <div className={styles.heading} role="columnheader" aria-colindex={column + 1} style={{ left }}>
      <Menu width={300}>
        <Menu.Target>
          <button type="button" className={styles.headingButton} data-place={`-1:${column}`} tabIndex={active ? 0 : -1}
            onFocus={() => stand(-1, column)}>
            <span className={styles.headingName}>
              <Dot tone={tone} />
              <span className={styles.ellipsis}>{integration.name}</span>
              <Icon name="chevron" size={12} />
            </span>
            <span className={styles.headingCounts}>
              {tone === 'good'
                ? <>{mapped}<span className={styles.hidden}>{word}</span></>
                : <><span data-tone={tone} className={styles.headingWord}>{word}{isRunning(run) && run ? ` · ${count(run.fetched)}${run.total === null ? '' : ` of ${count(run.total)}`}` : ''}</span><span className={styles.hidden}>{mapped}</span></>}
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {/* Without roles of its own: a menu may hold nothing but its items. */}
          <div className={styles.menuText}>
            <span className={styles.menuWord}>{word}</span>
            {run?.finishedAt && <span> · {ago(run.finishedAt)}</span>}
            <div>{plural(counts.total, 'organization')}, {count(counts.unmapped)} not mapped{counts.removed > 0 && `, ${count(counts.removed)} removed`}</div>
            {run?.failure && <div className={styles.menuProblem}>{run.failure.message}</div>}
          </div>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="search" />} onClick={() => actions.showUnmapped(integration)}>Show organizations not mapped in {integration.name}</Menu.Item>
          {run?.state === 'NEEDS_REVIEW' && (
            <Menu.Item leftSection={<Icon name="warn" />} onClick={() => actions.review(integration)}>Review the new list</Menu.Item>
          )}
          {editable && isRunning(run) && run && (
            <Menu.Item leftSection={<Icon name="close" />} onClick={() => actions.cancel(run.id)}>Cancel refresh</Menu.Item>
          )}
          {editable && !isRunning(run) && integration.state !== 'DISABLED' && (
            <Menu.Item leftSection={<Icon name="refresh" />} onClick={() => actions.refresh([integration.id])}>Refresh</Menu.Item>
          )}
          {editable && integration.canImport && (
            <Menu.Item leftSection={<Icon name="download" />} onClick={actions.importFrom}>Add from {integration.name}</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isRunning(run) && run && <ProgressBar run={run} label={`Refreshing ${integration.name}`} className={styles.headingBar} />}
    </div>
  )
})
