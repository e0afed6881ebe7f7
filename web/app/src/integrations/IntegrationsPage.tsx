import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'

import { inWords } from '../api/client'
import { Applications, type Integration, IntegrationsQuery, type Viewer } from '../api/documents'
import { tell } from '../ui/announce'
import { Icon } from '../ui/Icon'
import { refresh } from '../ui/refreshing'
import { Dot, ProgressBar } from '../ui/Standing'
import { ago, allSchedules, applicationName, count, isRunning, scheduleWords, standingOf } from '../ui/words'
import { CredentialsDialog, DisconnectDialog, RenameDialog, update } from './ChangeDialogs'
import { ConnectDialog } from './ConnectDialog'
import styles from './IntegrationsPage.module.css'

type Dialog = { kind: 'connect' } | { kind: 'rename' | 'credentials' | 'disconnect'; id: string }

/** Where admins connect tools, mend them and take them away. */
export function IntegrationsPage({ viewer }: { viewer: Viewer }) {
  const [{ data, error }] = useQuery({ query: IntegrationsQuery })
  const [{ data: offered }] = useQuery({ query: Applications })
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const integrations = data?.integrations ?? []
  const admin = viewer.role === 'ADMIN'
  const close = () => setDialog(null)
  const about = dialog && 'id' in dialog ? integrations.find(({ id }) => id === dialog.id) : undefined
  const info = about && offered?.applications.find(({ application }) => application === signsInTo(about))

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <p className={styles.soft}>{admin ? 'Every integration is a column of Setup Organizations.' : 'Connecting and changing integrations needs the role ADMIN.'}</p>
        {admin && <Button leftSection={<Icon name="plug" />} disabled={!offered} onClick={() => setDialog({ kind: 'connect' })}>Connect an integration</Button>}
      </div>
      {error && <p className={styles.refusal} role="alert">{inWords(error)}</p>}
      {data && integrations.length === 0 && <p className={styles.empty}>Nothing is connected yet. An integration brings the list of clients that one of your tools keeps.</p>}
      <div className={styles.cards}>
        {integrations.map((integration) => (
          <Card key={integration.id} integration={integration} admin={admin} editable={viewer.role !== 'VIEWER'}
            onOpen={(kind) => setDialog({ kind, id: integration.id })} />
        ))}
      </div>
      {dialog?.kind === 'connect' && offered && <ConnectDialog applications={offered.applications} onClose={close} />}
      {dialog?.kind === 'rename' && about && <RenameDialog integration={about} onClose={close} />}
      {dialog?.kind === 'credentials' && about && info && <CredentialsDialog integration={about} info={info} onClose={close} />}
      {dialog?.kind === 'disconnect' && about && <DisconnectDialog integration={about} onClose={close} />}
    </div>
  )
}

/** Whose credentials an integration has: a module of KaseyaOne has those of KaseyaOne, whatever it lists itself. */
const signsInTo = ({ source, application }: Integration) => (source === 'KASEYA_ONE' ? source : application)

interface CardProps {
  integration: Integration
  admin: boolean
  editable: boolean
  onOpen: (kind: 'rename' | 'credentials' | 'disconnect') => void
}

function Card({ integration, admin, editable, onOpen }: CardProps) {
  const run = integration.lastRefresh
  const { tone, word } = standingOf(integration)
  const { counts, name, source } = integration
  const paused = integration.state === 'DISABLED'
  const [busy, setBusy] = useState(false)
  const reschedule = async (schedule: Integration['schedule']) => {
    const wrong = await update(integration, { schedule })
    if (wrong[0]) tell('problem', wrong[0].message)
    else tell('done', `${name} refreshes ${scheduleWords(schedule).toLowerCase()}.`)
  }
  const pause = async () => {
    setBusy(true)
    const wrong = await update(integration, { enabled: paused })
    setBusy(false)
    if (wrong[0]) tell('problem', wrong[0].message)
    else tell('done', paused ? `${name} is on again.` : `${name} is paused; its list and mappings stay.`)
  }
  return (
    <article className={styles.card} aria-label={name} data-tone={tone}>
      <div className={styles.cardHead}>
        <h2>{name}</h2>
        <span className={styles.state}><Dot tone={tone} />{word}</span>
      </div>
      <dl className={styles.facts}>
        <div><dt>Application</dt><dd>{applicationName(integration.application)}{source === 'KASEYA_ONE' && ' (through KaseyaOne)'}</dd></div>
        <div><dt>Address</dt><dd>{integration.baseUrl.replace(/^https:\/\//, '')}</dd></div>
        <div><dt>Listed</dt><dd>{count(counts.total)}, {count(counts.mapped)} mapped{counts.removed > 0 && `, ${count(counts.removed)} gone`}</dd></div>
        <div><dt>Last refresh</dt><dd>{run?.finishedAt ? ago(run.finishedAt) : isRunning(run) ? 'under way' : 'never'}</dd></div>
        <div>
          <dt id={`schedule-${integration.id}`}>Refreshes by itself</dt>
          <dd>
            {admin ? (
              <Select size="xs" aria-labelledby={`schedule-${integration.id}`} data={allSchedules} value={integration.schedule} allowDeselect={false}
                onChange={(schedule) => schedule && void reschedule(schedule)} />
            ) : scheduleWords(integration.schedule)}
          </dd>
        </div>
      </dl>
      {isRunning(run) && run && <ProgressBar run={run} label={`Refreshing ${name}`} />}
      {run?.failure && tone !== 'good' && <p className={styles.failure}>{run.failure.message}</p>}
      <div className={styles.actions}>
        {editable && !paused && (
          <Button variant="default" leftSection={<Icon name="refresh" />} disabled={isRunning(run)} onClick={() => void refresh([integration.id])}
            aria-label={`Test ${name}: read its list now`}>Test</Button>
        )}
        {admin && <Button variant="default" leftSection={<Icon name="edit" />} aria-label={`Rename ${name}`} onClick={() => onOpen('rename')}>Rename</Button>}
        {admin && <Button variant={tone === 'bad' ? 'filled' : 'default'} leftSection={<Icon name="key" />} aria-label={`New credentials for ${name}`} onClick={() => onOpen('credentials')}>New credentials</Button>}
        {admin && (
          <Button variant="default" leftSection={<Icon name={paused ? 'play' : 'pause'} />} loading={busy} aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`} onClick={() => void pause()}>
            {paused ? 'Resume' : 'Pause'}
          </Button>
        )}
        {admin && <Button variant="subtle" color="red" c="var(--text-bad)" leftSection={<Icon name="trash" />} aria-label={`Disconnect ${name}`} onClick={() => onOpen('disconnect')}>Disconnect</Button>}
      </div>
    </article>
  )
}
