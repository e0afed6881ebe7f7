import { Button, Select } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState } from 'react'

import type { Integration } from '../api/documents'
import { csvImport } from '../words/csvImport'
import type { ColumnChoice } from './CsvImport'
import styles from './CsvImport.module.css'
import type { CsvColumn } from './documents'

const text = csvImport.columns
const mostShown = 30 // columns at first: each has a drop-down

type Kind = CsvColumn['kind']

const external = ['EXTERNAL_ORG', 'EXTERNAL_ID', 'EXTERNAL_NAME'] as const satisfies readonly Kind[]

const valueOf = ({ kind, integrationId }: Omit<ColumnChoice, 'index'>) => `${kind} ${integrationId ?? ''}`

interface Props {
  columns: readonly CsvColumn[]
  integrations: readonly Integration[]
  disabled: boolean
  onRead: (choice: ColumnChoice) => void
}

/** The columns of the file, and what each of them contains. */
export function ColumnsPanel({ columns, integrations, disabled, onRead }: Props) {
  const [all, setAll] = useState(false)
  const wide = useMediaQuery('(min-width: 1100px)', undefined, { getInitialValueInEffect: false })
  const choices = useMemo(() => choicesOf(integrations), [integrations])
  const read = columns.filter(({ kind }) => kind !== 'IGNORED').length
  return (
    <details className={styles.card} open={wide || read === 0}>
      <summary><h2>{text.title}</h2> <span className={styles.soft}>{text.read({ read, total: columns.length })}</span></summary>
      <ul className={styles.columns}>
        {columns.slice(0, all ? columns.length : mostShown).map((column) => (
          <li key={column.index}>
            <span className={styles.column}>
              <strong>{text.header(column)}</strong>
              <span className={styles.soft} title={text.samples(column.samples)}>{text.samples(column.samples)}</span>
            </span>
            <Select aria-label={text.label(column)} data={choices} value={valueOf(column)} allowDeselect={false} disabled={disabled} onChange={(value) => {
              const [kind, integrationId] = value?.split(' ') ?? []
              if (kind) onRead({ index: column.index, kind: kind as Kind, integrationId: integrationId || null })
            }} />
          </li>
        ))}
      </ul>
      {!all && columns.length > mostShown && <Button variant="default" onClick={() => setAll(true)}>{text.showAll(columns.length)}</Button>}
    </details>
  )
}

function choicesOf(integrations: readonly Integration[]) {
  const plain = (kind: Kind, label: string = text.kinds[kind]) => ({ value: valueOf({ kind, integrationId: null }), label })
  return [
    { group: text.organizations, items: (['IGNORED', 'ORGANIZATION_NAME', 'ORGANIZATION_ID'] as const).map((kind) => plain(kind)) },
    ...integrations.map(({ id, name }) => ({
      group: name, items: external.map((kind) => ({ value: valueOf({ kind, integrationId: id }), label: text.ofIntegration({ integration: name, kind }) })),
    })),
    { group: text.ofRow, items: [plain('INTEGRATION'), ...external.map((kind) => plain(kind, text.ofRowKind(kind)))] },
  ]
}
