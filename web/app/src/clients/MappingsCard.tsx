import { Menu } from '@mantine/core'

import type { Integration } from '../api/documents'
import { changeSearch } from '../history/asking'
import { clear } from '../organizations/mapping'
import { howMapped } from '../organizations/origins'
import { TierMark } from '../organizations/TierMark'
import { searchAddress } from '../organizations/view'
import { follow, go } from '../router'
import { formatExactTime, formatTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { integrationStatus } from '../ui/status'
import { words } from '../words'
import { clients } from '../words/clients'
import styles from './Detail.module.css'
import type { Detail } from './documents'

const text = clients.detail

interface Props {
  detail: Detail
  integrations: readonly Integration[]
  editable: boolean
  onChanged: () => void
}

/** What an organization is mapped to in each tool, how, by whom and when. */
export function MappingsCard({ detail, integrations, editable, onChanged }: Props) {
  const mapped = new Set(detail.details.map(({ integration }) => integration.id))
  const inGrid = searchAddress(detail.name, detail.active)
  return (
    <section className={styles.card} aria-labelledby="mappings">
      <header className={styles.cardHead}>
        <h3 id="mappings">{text.mappings}</h3>
        <span className={styles.soft}>{text.mappedIn({ mapped: integrations.filter(({ id }) => mapped.has(id)).length, total: integrations.length })}</span>
        <a className={styles.headLink} href={`/${inGrid}`} onClick={(event) => follow(event, '/', inGrid)}>{text.editInGrid}</a>
      </header>
      {integrations.length === 0 && <p className={styles.soft}>{words.common.noIntegrations}</p>}
      <ul className={styles.tools}>
        {integrations.map((integration) => <Tool key={integration.id} detail={detail} integration={integration} editable={editable} onChanged={onChanged} />)}
      </ul>
      {detail.aliases.length > 0 && <Aliases detail={detail} />}
    </section>
  )
}

function Tool({ detail, integration, editable, onChanged }: { detail: Detail; integration: Integration; editable: boolean; onChanged: () => void }) {
  const mine = detail.details.filter((mapping) => mapping.integration.id === integration.id)
  const proposed = detail.proposed.filter(({ externalOrg }) => externalOrg.integration.id === integration.id)
  const { tone, word } = integrationStatus(integration)
  const isStale = tone === 'bad' || tone === 'warn'
  return (
    <li className={styles.tool}>
      <span className={styles.toolName}>{integration.name}</span>
      <div className={styles.mappings}>
        {mine.length === 0 && (
          <span className={styles.soft}>
            {text.notMapped}
            {proposed.map(({ tier, externalOrg }) => <span key={externalOrg.id} className={styles.proposed}><TierMark tier={tier} /> {text.suggested(externalOrg.name)}</span>)}
          </span>
        )}
        {mine.map((mapping) => <Mapping key={mapping.id} detail={detail} integration={integration} mapping={mapping} editable={editable} onChanged={onChanged} />)}
        {isStale && <span className={styles.warn}><Icon name="warn" size={12} /> {word}</span>}
      </div>
    </li>
  )
}

interface MappingProps {
  detail: Detail
  integration: Integration
  mapping: Detail['details'][number]
  editable: boolean
  onChanged: () => void
}

function Mapping({ detail, integration, mapping, editable, onChanged }: MappingProps) {
  const { externalOrg, createdAt, createdByActor, change } = mapping
  const place = words.organizations.editor.place({ id: externalOrg.remoteId, city: externalOrg.city, website: externalOrg.website })
  const unmap = async () => {
    if (await clear({ id: externalOrg.id, name: externalOrg.name, integrationId: integration.id, holder: { id: detail.id, name: detail.name } }, onChanged)) onChanged()
  }
  return (
    <span className={styles.mapping}>
      <span className={styles.external} title={place}>
        <span className={styles.chip} data-gone={externalOrg.removedAt !== null || undefined}>{externalOrg.name}</span>
        {externalOrg.removedAt !== null && <span className={styles.warn}>{text.removed}</span>}
      </span>
      <span className={styles.how} title={formatExactTime(createdAt)}>{text.mappedBy({ how: howMapped(mapping), name: createdByActor.name, time: formatTime(createdAt) })}</span>
      <span className={styles.mappingActions}>
        {externalOrg.url !== null && (
          <a className={styles.iconLink} href={externalOrg.url} target="_blank" rel="noreferrer" aria-label={text.open({ name: externalOrg.name, tool: integration.name })} title={text.open({ name: externalOrg.name, tool: integration.name })}><Icon name="link" size={14} /></a>
        )}
        {(change !== null || editable) && (
          <Menu position="bottom-end" width={220}>
            <Menu.Target><button type="button" className={styles.iconLink} aria-label={text.mappingActions(externalOrg.name)}><Icon name="more" size={14} /></button></Menu.Target>
            <Menu.Dropdown>
              {change !== null && <Menu.Item leftSection={<Icon name="clock" />} onClick={() => go('/history', changeSearch(change.id))}>{text.showInHistory}</Menu.Item>}
              {editable && <Menu.Item leftSection={<Icon name="close" />} onClick={() => void unmap()}>{text.clear}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        )}
      </span>
    </span>
  )
}

function Aliases({ detail }: { detail: Detail }) {
  return (
    <div className={styles.aliases}>
      <span>{text.otherNames}</span>
      {detail.aliases.map(({ id, name }) => <span key={id} className={styles.alias}>{name}</span>)}
      <span className={styles.soft}>{text.otherNamesExplanation}</span>
    </div>
  )
}
