import { useEffect, useState } from 'react'

import { request } from '../api/client'
import { type Integration, MappingOrigins, type Organization } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { ChangeLink } from '../history/ChangeLink'
import { formatExactTime, formatTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import styles from './CellEditor.module.css'
import { howMapped } from './origins'
import { type External, stagedOutOf } from './staged'
import { staged } from './workspace'

const text = words.organizations.editor

type Origin = Extract<ResultOf<typeof MappingOrigins>['nodes'][number], { __typename: 'Mapping' }>

interface Props {
  selected: readonly External[]
  editable: boolean
  integration: Integration
  organization: Organization
  onRemove: (id: string) => void
}

/** What a cell contains, and for each mapping who made it, when and how. */
export function SelectedList({ selected, editable, integration, organization, onRemove }: Props) {
  const all = useStore(staged)
  const mappingOf = (external: External) => organization.mappings.find(({ externalOrg }) => externalOrg.id === external.id)
  const origins = useOrigins(selected.flatMap((external) => mappingOf(external)?.id ?? []))
  const unsaved = (external: External) => {
    const holder = all.holders.get(external.id)
    return holder && stagedOutOf(all, { organizationId: holder.organizationId, integrationId: integration.id }, external.id)
      ? text.movesFrom(holder.organizationName) : text.unsaved
  }
  if (selected.length === 0) return <p className={styles.nothing}>{text.notMapped}</p>
  return (
    <ul className={styles.selected} aria-label={text.mappedTo(organization.name)}>
      {selected.map((external) => {
        const mapping = mappingOf(external)
        const origin = mapping && origins.get(mapping.id)
        return (
          <li key={external.id}>
            <span className={styles.about}>
              <span className={styles.ellipsis}>{external.name}{external.gone && <span className={styles.gone}> {text.removedFrom(integration.name)}</span>}</span>
              {/* What is read later is appended, so that nothing moves. */}
              <span className={styles.origin} title={mapping && formatExactTime(mapping.createdAt)}>
                <span className={styles.ellipsis}>
                  {mapping ? text.mappedBy({ name: mapping.createdBy, time: formatTime(mapping.createdAt) }) : unsaved(external)}
                  {origin && <>{words.common.separator}{howMapped(origin)}</>}
                </span>
                {origin?.change && <ChangeLink id={origin.change.id} label={text.showInHistoryOf(external.name)} className={styles.link}>{text.showInHistory}</ChangeLink>}
              </span>
            </span>
            {editable && (
              <button type="button" className={styles.remove} aria-label={words.organizations.cell.unmap(external.name)} onClick={() => onRemove(external.id)}>
                <Icon name="close" size={14} />
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** Returns how mappings were made, as soon as that has been read. */
function useOrigins(mappingIds: readonly string[]): ReadonlyMap<string, Origin> {
  const [known, setKnown] = useState<ReadonlyMap<string, Origin>>(new Map())
  const key = mappingIds.join(' ')
  useEffect(() => {
    if (key === '') return
    let current = true
    void request('query', MappingOrigins, { ids: key.split(' ') }).then(({ data }) => {
      if (current && data) setKnown(new Map(data.nodes.flatMap((node) => (node?.__typename === 'Mapping' ? [[node.id, node] as const] : []))))
    })
    return () => {
      current = false
    }
  }, [key])
  return known
}
