import { Button, Select } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useQuery } from 'urql'

import { messageFor } from '../api/problems'
import { Applications, type Integration, IntegrationsQuery, LimitsQuery, type Viewer } from '../api/documents'
import { notify } from '../ui/notifications'
import { formatExactTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { refresh } from '../ui/refreshing'
import { Dot, ProgressBar } from '../ui/Indicators'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { integrationStatus, isRunning } from '../ui/status'
import { words } from '../words'
import { CredentialsDialog, DisconnectDialog, RenameDialog, update } from './ChangeDialogs'
import { ConnectDialog } from './ConnectDialog'
import { DisconnectedList } from './DisconnectedList'
import type { Disconnected } from './documents'
import { integrationToFix } from './fixLink'
import styles from './IntegrationsPage.module.css'

const { common, notifications, schedules } = words
const text = words.integrations

const scheduleOptions = Object.entries(schedules).map(([value, label]) => ({ value: value as Integration['schedule'], label }))

type Dialog = { kind: 'connect'; restores: Disconnected | null } | { kind: 'rename' | 'credentials' | 'disconnect'; id: string }

/** The page where admins connect tools, fix their connections and disconnect them. */
export function IntegrationsPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }, readIntegrations] = useQuery({ query: IntegrationsQuery })
  const [{ data: offered, error: offerError }, readOffered] = useQuery({ query: Applications })
  const problem = error ?? offerError
  useRetryOnReconnect(problem ? messageFor(problem) : null, () => {
    readIntegrations({ requestPolicy: 'network-only' })
    readOffered({ requestPolicy: 'network-only' })
  })
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const integrations = data?.integrations ?? []
  const admin = viewer.role === 'ADMIN'
  const close = () => setDialog(null)
  const [lit, setLit] = useState<string | null>(null)
  // If the address names an integration whose connection is to be fixed, show its card and open the dialog that fixes it.
  const [fix, setFix] = useState(() => integrationToFix(location.search))
  const toBeFixed = integrations.find(({ id }) => id === fix)
  useEffect(() => {
    if (!toBeFixed || (admin && !offered)) return
    setFix(null)
    history.replaceState(null, '', location.pathname)
    setLit(toBeFixed.id)
    if (admin && toBeFixed.lastRefresh?.failure?.code === 'CREDENTIALS_REJECTED') setDialog({ kind: 'credentials', id: toBeFixed.id })
  }, [toBeFixed, admin, offered])
  const about = dialog && 'id' in dialog ? integrations.find(({ id }) => id === dialog.id) : undefined
  const info = about && offered?.applications.find(({ application }) => application === signsInTo(about))

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <div className={styles.soft}>
          <p>{admin ? text.explanation : text.adminsOnly}</p>
          <Limits stored={integrations.map(({ counts }) => counts.total + counts.removed).join()} />
        </div>
        {admin && <Button leftSection={<Icon name="plug" />} disabled={!offered} onClick={() => setDialog({ kind: 'connect', restores: null })}>{common.connectIntegration}</Button>}
      </div>
      {problem && <p className={styles.refusal} role="alert">{messageFor(problem)}</p>}
      {data && integrations.length === 0 && <p className={styles.empty}>{common.noIntegrations}</p>}
      <div className={styles.cards}>
        {integrations.map((integration) => (
          <Card key={integration.id} integration={integration} admin={admin} lit={lit === integration.id} editable={viewer.role !== 'VIEWER'}
            onOpen={(kind) => setDialog({ kind, id: integration.id })} />
        ))}
      </div>
      {admin && <DisconnectedList connected={integrations.map(({ id }) => id).join()} onConnect={(restores) => setDialog({ kind: 'connect', restores })} />}
      {dialog?.kind === 'connect' && offered && <ConnectDialog applications={offered.applications} restores={dialog.restores} onClose={close} onConnected={(ids) => setLit(ids[0] ?? null)} />}
      {dialog?.kind === 'rename' && about && <RenameDialog integration={about} onClose={close} />}
      {dialog?.kind === 'credentials' && about && info && <CredentialsDialog integration={about} info={info} onClose={close} />}
      {dialog?.kind === 'disconnect' && about && <DisconnectDialog integration={about} onClose={close} />}
    </div>
  )
}

/** Shows how much of its storage limits the account uses, read again whenever that changes. */
function Limits({ stored }: { stored: string }) {
  const [{ data }, read] = useQuery({ query: LimitsQuery, requestPolicy: 'cache-and-network' })
  useEffect(() => {
    if (stored) read({ requestPolicy: 'network-only' })
  }, [stored, read])
  if (!data) return null
  return <p>{text.limits(data.viewer.account.limits)}</p>
}

/** Returns the application whose credentials an integration uses: a KaseyaOne module uses those of KaseyaOne, whatever it lists. */
const signsInTo = ({ source, application }: Integration) => (source === 'KASEYA_ONE' ? source : application)

interface CardProps {
  integration: Integration
  admin: boolean
  /** Whether the user came here for this integration: the page scrolls to it and highlights it. */
  lit: boolean
  editable: boolean
  onOpen: (kind: 'rename' | 'credentials' | 'disconnect') => void
}

function Card({ integration, admin, lit, editable, onOpen }: CardProps) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!lit) return
    card.current?.scrollIntoView({ block: 'center' })
    card.current?.focus({ preventScroll: true })
  }, [lit])
  const run = integration.lastRefresh
  const { tone, word } = integrationStatus(integration)
  const { counts, name, source } = integration
  const application = common.applications[integration.application]
  const paused = integration.state === 'DISABLED'
  const [busy, setBusy] = useState(false)
  const about = `integration ${integration.id}`
  const reschedule = async (schedule: Integration['schedule']) => {
    const wrong = await update(integration, { schedule })
    if (wrong[0]) notify('problem', wrong[0].message, about)
    else notify('done', notifications.scheduled({ name, schedule: schedules[schedule] }), about)
  }
  const pause = async () => {
    setBusy(true)
    const wrong = await update(integration, { enabled: paused })
    setBusy(false)
    if (wrong[0]) notify('problem', wrong[0].message, about)
    else notify('done', paused ? notifications.resumed(name) : notifications.paused(name), about)
  }
  return (
    <article ref={card} className={styles.card} aria-label={name} data-tone={tone} data-lit={lit || undefined} tabIndex={-1}>
      <div className={styles.cardHead}>
        <h2>{name}</h2>
        <span className={styles.state}><Dot tone={tone} />{word}</span>
      </div>
      <dl className={styles.facts}>
        <div><dt>{text.card.application}</dt><dd>{source === 'KASEYA_ONE' && integration.application !== 'KASEYA_MODULE' ? text.card.throughKaseyaOne(application) : application}</dd></div>
        <div><dt>{text.card.address}</dt><dd>{integration.baseUrl.replace(/^https:\/\//, '')}</dd></div>
        <div><dt>{text.card.organizations}</dt><dd>{text.card.counts(counts)}</dd></div>
        <div><dt>{text.card.lastRefresh}</dt><dd title={run?.finishedAt ? formatExactTime(run.finishedAt) : undefined}>{run?.finishedAt ? words.ago(run.finishedAt) : isRunning(run) ? text.card.inProgress : text.card.never}</dd></div>
        <div>
          <dt id={`schedule-${integration.id}`}>{text.card.automaticRefresh}</dt>
          <dd>
            {admin ? (
              <Select size="xs" aria-labelledby={`schedule-${integration.id}`} data={scheduleOptions} value={integration.schedule} allowDeselect={false}
                onChange={(schedule) => schedule && void reschedule(schedule)} />
            ) : schedules[integration.schedule]}
          </dd>
        </div>
      </dl>
      {isRunning(run) && run && <ProgressBar run={run} label={common.refreshing(name)} />}
      {run?.failure && tone !== 'good' && <p className={styles.failure}>{run.failure.message}</p>}
      <div className={styles.actions}>
        {editable && !paused && (
          <Button variant="default" leftSection={<Icon name="refresh" />} disabled={isRunning(run)} onClick={() => void refresh([integration.id])}
            aria-label={text.card.testLabel(name)}>{text.card.test}</Button>
        )}
        {admin && <Button variant="default" leftSection={<Icon name="edit" />} aria-label={text.card.renameLabel(name)} onClick={() => onOpen('rename')}>{common.rename}</Button>}
        {admin && <Button variant={tone === 'bad' ? 'filled' : 'default'} leftSection={<Icon name="key" />} aria-label={text.card.newCredentialsLabel(name)} onClick={() => onOpen('credentials')}>{text.card.newCredentials}</Button>}
        {admin && (
          <Button variant="default" leftSection={<Icon name={paused ? 'play' : 'pause'} />} loading={busy} aria-label={paused ? text.card.resumeLabel(name) : text.card.pauseLabel(name)} onClick={() => void pause()}>
            {paused ? common.resume : common.pause}
          </Button>
        )}
        {admin && <Button variant="subtle" color="red" c="var(--text-bad)" leftSection={<Icon name="trash" />} aria-label={text.card.disconnectLabel(name)} onClick={() => onOpen('disconnect')}>{common.disconnect}</Button>}
      </div>
    </article>
  )
}
