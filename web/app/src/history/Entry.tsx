import { memo, type ReactNode } from 'react'

import { formatExactTime, formatTime, formatTimeOfDay } from '../ui/format'
import { Icon, type IconName } from '../ui/Icon'
import { words } from '../words'
import { history } from '../words/history'
import { ChangeLink } from './ChangeLink'
import { Details } from './Details'
import type { Action, Change } from './documents'
import styles from './History.module.css'
import { isPermanent, standingOf } from './standing'
import type { Place } from './Timeline'

const text = history.undo

const icons: Record<Action, IconName> = {
  ORGANIZATIONS_CREATED: 'plus', ORGANIZATION_UPDATED: 'edit', ORGANIZATIONS_DELETED: 'trash', MAPPINGS_SAVED: 'link', MAPPING_CLEARED: 'close',
  IMPORTED: 'download', SUGGESTIONS_ACCEPTED: 'check', SUGGESTIONS_APPLIED: 'almostEqual', DECISIONS_CHANGED: 'hide', CSV_APPLIED: 'columns',
  INTEGRATION_CONNECTED: 'plug', INTEGRATION_UPDATED: 'plug', INTEGRATION_DISCONNECTED: 'plug', INTEGRATION_RESTORED: 'plug', LIST_REFRESHED: 'refresh',
  PEOPLE_CHANGED: 'person', GROUPS_CHANGED: 'columns', DEVICES_CHANGED: 'key', SETTINGS_CHANGED: 'key', UNDONE: 'undo',
}

/** How an entry is open: to look at, or to undo it. */
export type Open = 'details' | 'undo' | null

interface Props extends Partial<Place> {
  change: Change
  open: Open
  editable: boolean
  /** Whether the change can be undone or redone now; undefined: not known yet. */
  undoable: boolean | undefined
  /** When history begins: the grid cannot be shown as it was before; null: not known. */
  historyBegins: string | null
  onOpen: (id: string, open: Open) => void
}

/** A change in the timeline: when, who, what, and whether it is still in effect. It opens to its edits. */
export const Entry = memo(function Entry({ change, open, editable, undoable, historyBegins, index, place = 1, count = 1, gap = 0, measure, onOpen }: Props) {
  const { id, at, action, actor, summary, editCount, revertedCount, incomplete, undoes } = change
  const { state, by } = standingOf(change)
  const facts = [
    history.actions[action],
    editCount > 0 && history.edits(editCount),
    by && state === 'undone' && history.undoneBy({ name: by.actor.name, time: formatTime(by.at) }),
    by && state === 'partlyUndone' && history.partlyUndoneBy({ name: by.actor.name, time: formatTime(by.at), undone: revertedCount, total: editCount }),
    by && state === 'redone' && history.redoneBy({ name: by.actor.name, time: formatTime(by.at) }),
  ].filter(Boolean).join(words.common.separator)
  const panel = `details-${id}`
  const redoes = state === 'undone'
  return (
    <li ref={measure} className={styles.entry} data-index={index} data-change={id} data-undone={redoes || undefined} data-first={place === 1 || undefined} data-last={place === count || undefined}
      aria-setsize={count} aria-posinset={place} style={gap > 0 ? { marginTop: gap } : undefined}>
      <div className={styles.line}>
        <time className={styles.time} dateTime={at} title={formatExactTime(at)}>{formatTimeOfDay(at)}</time>
        <span className={styles.icon}><Icon name={icons[action]} size={14} /></span>
        <span className={styles.sentence}>
          <span className={styles.summary}>{redoes ? <s><Sentence summary={summary} actor={actor.name} /></s> : <Sentence summary={summary} actor={actor.name} />}</span>
          <span className={styles.soft}>
            {facts}
            {by && <> <ChangeLink id={by.id} className={styles.link} label={text.showFor(by.actor.name)}>{text.show}</ChangeLink></>}
            {undoes && <> <ChangeLink id={undoes.id} className={styles.link} label={text.showUndone}>{text.showUndone}</ChangeLink></>}
          </span>
          {incomplete !== null && <span className={styles.soft}>{incomplete}</span>}
        </span>
        <span className={styles.actions}>
          {isPermanent(change) ? <span className={styles.soft}>{text.never}</span>
            : undoable === false ? <span className={styles.soft}>{redoes ? text.notRedoneNow : text.notNow}</span>
              : editable && open === null && (
                <button type="button" className={styles.undo} aria-label={redoes ? text.redoFor(summary) : text.buttonFor(summary)} onClick={() => onOpen(id, 'undo')}>
                  <Icon name={redoes ? 'redo' : 'undo'} size={14} /> {redoes ? text.redo : text.button}
                </button>
              )}
          <button type="button" className={styles.toggle} aria-expanded={open !== null} aria-controls={open === null ? undefined : panel} aria-label={history.entry.show(summary)}
            onClick={() => onOpen(id, open === null ? 'details' : null)}>
            <Icon name="chevron" />
          </button>
        </span>
      </div>
      {open !== null && <div id={panel}><Details change={change} historyBegins={historyBegins} editable={editable} undoing={open === 'undo'} onClose={() => onOpen(id, null)} /></div>}
    </li>
  )
})

/** A sentence with the name of its actor, with which it begins, emphasized. */
function Sentence({ summary, actor }: { summary: string; actor: string }): ReactNode {
  return summary.startsWith(actor) ? <><strong>{actor}</strong>{summary.slice(actor.length)}</> : summary
}
