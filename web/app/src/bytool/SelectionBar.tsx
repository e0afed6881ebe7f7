import { Button } from '@mantine/core'

import { Icon } from '../ui/Icon'
import { byTool } from '../words/byTool'
import { lists } from '../words/lists'
import styles from './ByTool.module.css'
import type { ExclusionReason } from './documents'
import { ExcludeMenu } from './ExcludeMenu'
import { type Selection, selectedIn } from './rows'

const text = byTool.selection

interface Props {
  selected: Selection
  /** What is being done, or null. */
  progress: string | null
  onAccept: (ids: readonly string[]) => void
  onCreate: (ids: readonly string[]) => void
  onExclude: (ids: readonly string[], reason: ExclusionReason) => void
  onExcludeWithDetails: (ids: readonly string[]) => void
  onInclude: (ids: readonly string[]) => void
  onClear: () => void
}

/** The bar at the bottom of the page while rows are selected. */
export function SelectionBar({ selected, progress, onAccept, onCreate, onExclude, onExcludeWithDetails, onInclude, onClear }: Props) {
  const suggested = selectedIn(selected, 'SUGGESTED')
  const unmapped = selectedIn(selected, 'NEEDS_DECISION', 'CONFLICT')
  const excludable = selectedIn(selected, 'SUGGESTED', 'NEEDS_DECISION', 'CONFLICT', 'REMOVED')
  const excluded = selectedIn(selected, 'EXCLUDED')
  const busy = progress !== null
  return (
    <section className={styles.bar} aria-label={lists.selection.label}>
      <strong role="status">{progress ?? lists.selection.selected(selected.size)}</strong>
      {suggested.length > 0 && <Button variant="default" disabled={busy} leftSection={<Icon name="check" size={14} />} onClick={() => onAccept(suggested)}>{text.accept(suggested.length)}</Button>}
      {unmapped.length > 0 && <Button variant="default" disabled={busy} leftSection={<Icon name="plus" size={14} />} onClick={() => onCreate(unmapped)}>{text.create(unmapped.length)}</Button>}
      {excludable.length > 0 && (
        <ExcludeMenu what={byTool.excluding.several(excludable.length)} proposed={null} disabled={busy}
          onExclude={(reason) => onExclude(excludable, reason)} onDetails={() => onExcludeWithDetails(excludable)} />
      )}
      {excluded.length > 0 && <Button variant="default" disabled={busy} onClick={() => onInclude(excluded)}>{text.include(excluded.length)}</Button>}
      <Button variant="subtle" disabled={busy} onClick={onClear}>{lists.selection.clear}</Button>
    </section>
  )
}
