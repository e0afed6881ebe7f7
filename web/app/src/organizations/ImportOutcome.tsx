import { Button, Group } from '@mantine/core'

import type { ImportResult } from '../api/documents'
import { count, plural } from '../ui/words'
import styles from './ImportDialog.module.css'
import type { Outcome } from './importing'

const titles: readonly (readonly [Outcome, string])[] = [
  ['CREATED', 'Created and mapped'],
  ['MAPPED_EXISTING', 'Mapped to existing organizations'],
  ['OVERWROTE_MAPPING', 'Replaced a mapping'],
  ['SKIPPED_DUPLICATE_NAME', 'Skipped (duplicate name)'],
  ['SKIPPED_ALREADY_IMPORTED', 'Skipped (already mapped)'],
]

/** The results of an import, grouped by outcome. */
export function ImportOutcome({ results, onClose }: { results: readonly ImportResult[]; onClose: () => void }) {
  return (
    <div>
      <p role="status">{plural(results.filter(({ organization }) => organization).length, 'organization')} imported.</p>
      {titles.map(([outcome, title]) => {
        const those = results.filter((result) => result.outcome === outcome)
        return those.length > 0 && (
          <details key={outcome} className={styles.kind} open={those.length <= 8 || outcome === 'OVERWROTE_MAPPING'}>
            <summary>{title}: {count(those.length)}</summary>
            <ul>
              {those.map(({ externalOrg, organization, replaced }) => (
                <li key={externalOrg.id}>
                  {externalOrg.name}
                  {organization && organization.name !== externalOrg.name && ` → ${organization.name}`}
                  {replaced.length > 0 && <span className={styles.warn}>, replacing {replaced.map(({ name }) => name).join(', ')}</span>}
                </li>
              ))}
            </ul>
          </details>
        )
      })}
      <Group justify="flex-end" mt="md"><Button onClick={onClose} data-autofocus>Done</Button></Group>
    </div>
  )
}
