import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { useQuery } from 'urql'

import type { ApplicationInfo } from '../api/documents'
import { messageFor } from '../api/problems'
import { formatDate, formatExactTime } from '../ui/format'
import { words } from '../words'
import { type Disconnected, DisconnectedIntegrations } from './documents'
import styles from './IntegrationsPage.module.css'

const text = words.integrations.disconnected

interface Props {
  /** Changes when integrations are connected or disconnected. */
  connected: string
  onConnect: (disconnected: Disconnected) => void
}

/** Lists the integrations that can be connected again with their mappings. */
export function DisconnectedList({ connected, onConnect }: Props) {
  const [{ data, error }, read] = useQuery({ query: DisconnectedIntegrations, requestPolicy: 'network-only' })
  useEffect(() => read({ requestPolicy: 'network-only' }), [connected, read])
  if (error && !data) return <p className={styles.refusal} role="alert">{messageFor(error)}</p>
  if (!data || data.disconnectedIntegrations.length === 0) return null
  return (
    <section className={styles.disconnected} aria-labelledby="disconnected-title">
      <h2 id="disconnected-title">{text.title}</h2>
      <p className={styles.soft}>{text.explanation}</p>
      <ul>
        {data.disconnectedIntegrations.map((one) => (
          <li key={one.id}>
            <span className={styles.former}>
              <strong>{one.name}</strong>
              <span className={styles.soft}>{text.about({ application: words.common.applications[one.application], mappings: one.mappings })}</span>
              <span className={styles.soft} title={formatExactTime(one.disconnectedAt)}>{text.by({ name: one.actor.name, date: formatDate(one.disconnectedAt), until: formatDate(one.restorableUntil) })}</span>
            </span>
            <Button variant="default" aria-label={text.connectAgainLabel(one.name)} onClick={() => onConnect(one)}>{text.connectAgain}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Returns the application whose credentials bring an integration back. */
export const applicationToRestore = ({ application, source }: Disconnected, applications: readonly ApplicationInfo[]): ApplicationInfo | undefined => {
  const signsInTo = source === 'KASEYA_ONE' ? 'KASEYA_ONE' : application
  return applications.find((info) => info.application === signsInTo)
}
