import { formatNumber } from '../ui/format'
import { words } from '../words'
import styles from './SetupPage.module.css'
import type { Counts } from './useFacetCounts'
import { byMatch, type Facet, type View } from './view'

const text = words.organizations.filters

interface Props {
  view: View
  counts: Counts | null
  unsaved: number
  conflicts: number
  columnName: (integrationId: string) => string
  onChange: (change: Partial<View>) => void
}

/** The filters for rows, each with its current number of rows. */
export function Facets({ view, counts, unsaved, conflicts, columnName, onChange }: Props) {
  const limited = (facet: Facet, name: string) => (view.column && view.facet === facet ? text.inColumn({ filter: name, integration: columnName(view.column) }) : name)
  const facets: [Facet, string, number | undefined][] = [
    ['all', text.all, counts?.all],
    ['unmapped', limited('unmapped', text.unmapped), counts?.unmapped],
    ['suggested', limited('suggested', text.suggested), counts?.suggested],
    ['needsDecision', limited('needsDecision', text.needsDecision), counts?.needsDecision],
    ['conflicts', text.conflicts, conflicts],
    ['unsaved', text.unsaved, unsaved],
    ['deactivated', text.deactivated, counts?.deactivated],
  ]
  return (
    <div className={styles.facets} role="group" aria-label={text.label}>
      {facets.map(([facet, name, number]) => (
        <button key={facet} type="button" className={styles.facet} aria-pressed={view.facet === facet}
          data-alert={facet === 'conflicts' && conflicts > 0 || undefined}
          onClick={() => onChange({ facet, column: byMatch(facet) && view.facet !== facet ? view.column : null })}>
          {name} <span className={styles.facetCount}>{number === undefined ? text.counting : formatNumber(number)}</span>
        </button>
      ))}
    </div>
  )
}
