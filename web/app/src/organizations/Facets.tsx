import { formatNumber } from '../ui/format'
import { words } from '../words'
import styles from './SetupPage.module.css'
import type { Counts } from './useFacetCounts'
import type { Facet, View } from './view'

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
  const facets: [Facet, string, number | undefined][] = [
    ['all', text.all, counts?.all],
    ['unmapped', view.column ? text.unmappedIn(columnName(view.column)) : text.unmapped, counts?.unmapped],
    ['conflicts', text.conflicts, conflicts],
    ['unsaved', text.unsaved, unsaved],
    ['deactivated', text.deactivated, counts?.deactivated],
  ]
  return (
    <div className={styles.facets} role="group" aria-label={text.label}>
      {facets.map(([facet, name, number]) => (
        <button key={facet} type="button" className={styles.facet} aria-pressed={view.facet === facet}
          data-alert={facet === 'conflicts' && conflicts > 0 || undefined}
          onClick={() => onChange({ facet, column: facet === 'unmapped' && view.facet !== 'unmapped' ? view.column : null })}>
          {name} <span className={styles.facetCount}>{number === undefined ? text.counting : formatNumber(number)}</span>
        </button>
      ))}
    </div>
  )
}
