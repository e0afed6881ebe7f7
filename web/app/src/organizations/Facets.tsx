import { count } from '../ui/words'
import styles from './SetupPage.module.css'
import type { Counts } from './useFacetCounts'
import type { Facet, View } from './view'

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
  const facets: [Facet, string, number | undefined][] = [
    ['all', 'All', counts?.all],
    ['unmapped', view.column ? `Unmapped in ${columnName(view.column)}` : 'Unmapped', counts?.unmapped],
    ['conflicts', 'Conflicts', conflicts],
    ['unsaved', 'Unsaved', unsaved],
    ['deactivated', 'Deactivated', counts?.deactivated],
  ]
  return (
    <div className={styles.facets} role="group" aria-label="Show">
      {facets.map(([facet, name, number]) => (
        <button key={facet} type="button" className={styles.facet} aria-pressed={view.facet === facet}
          data-alert={facet === 'conflicts' && conflicts > 0 || undefined}
          onClick={() => onChange({ facet, column: facet === 'unmapped' && view.facet !== 'unmapped' ? view.column : null })}>
          {name} <span className={styles.facetCount}>{number === undefined ? '…' : count(number)}</span>
        </button>
      ))}
    </div>
  )
}
