import { Button, Group } from '@mantine/core'

import type { ImportResult } from '../api/documents'
import { words } from '../words'
import styles from './ImportDialog.module.css'
import type { Outcome } from './importing'

const text = words.importing

const order: readonly Outcome[] = ['CREATED', 'MAPPED_EXISTING', 'OVERWROTE_MAPPING', 'SKIPPED_DUPLICATE_NAME', 'SKIPPED_ALREADY_IMPORTED']

/** The results of an import, grouped by outcome. */
export function ImportOutcome({ results, onClose }: { results: readonly ImportResult[]; onClose: () => void }) {
  return (
    <div>
      <p role="status">{text.imported(results.filter(({ organization }) => organization).length)}</p>
      {order.map((outcome) => {
        const matching = results.filter((result) => result.outcome === outcome)
        return matching.length > 0 && (
          <details key={outcome} className={styles.kind} open={matching.length <= 8 || outcome === 'OVERWROTE_MAPPING'}>
            <summary>{text.results({ outcome, n: matching.length })}</summary>
            <ul>
              {matching.map(({ externalOrg, organization, replaced }) => (
                <li key={externalOrg.id}>
                  {externalOrg.name}
                  {organization && organization.name !== externalOrg.name && text.mappedTo(organization.name)}
                  {replaced.length > 0 && <span className={styles.warn}>{text.replacing(replaced.map(({ name }) => name))}</span>}
                </li>
              ))}
            </ul>
          </details>
        )
      })}
      <Group justify="flex-end" mt="md"><Button onClick={onClose} data-autofocus>{words.common.done}</Button></Group>
    </div>
  )
}
