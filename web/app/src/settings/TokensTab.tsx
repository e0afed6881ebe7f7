import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'

import { onChange } from '../api/live'
import { messageFor } from '../api/problems'
import { formatDate, formatExactTime } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Dot } from '../ui/Indicators'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { useSlow } from '../ui/useSlow'
import { words } from '../words'
import { settings } from '../words/settings'
import { type Token, Tokens } from './documents'
import { RevokeDialog } from './RevokeDialog'
import styles from './Settings.module.css'
import { TokenDialog } from './TokenDialog'
import { expiresSoon, statusOf, tones, usedWithinAnHour } from './tokens'

const text = settings.tokens

/** The tokens with which programs use the API. */
export function TokensTab({ isAdmin }: { isAdmin: boolean }) {
  if (!isAdmin) {
    return (
      <div className={styles.notice}>
        <h2>{text.adminsOnly}</h2>
        <p className={styles.soft}>{text.adminsOnlyHelp}</p>
      </div>
    )
  }
  return <TokenList />
}

type Dialog = { kind: 'create' } | { kind: 'revoke'; id: string }

function TokenList() {
  const [{ data, error }, read] = useQuery({ query: Tokens, requestPolicy: 'cache-and-network' })
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const readAgain = () => read({ requestPolicy: 'network-only' })
  useEffect(() => onChange(({ __typename }) => {
    if (__typename === 'SettingsChanged' || __typename === 'Resync') read({ requestPolicy: 'network-only' })
  }), [read])
  const problem = error ? messageFor(error) : null
  useRetryOnReconnect(problem, readAgain)
  const now = useNow()
  const tokens = data?.apiTokens
  const isSlow = useSlow(!tokens && problem === null)
  const about = dialog?.kind === 'revoke' ? tokens?.find(({ id }) => id === dialog.id) : undefined
  const close = () => {
    setDialog(null)
    readAgain()
  }
  return (
    <>
      <div className={styles.top}>
        <p className={styles.soft}>{text.explanation}</p>
        <Button leftSection={<Icon name="plus" />} onClick={() => setDialog({ kind: 'create' })}>{text.create}</Button>
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> {problem} <Button size="compact-sm" variant="default" onClick={readAgain}>{words.common.tryAgain}</Button>
        </p>
      )}
      {isSlow && <p className={styles.empty}>{words.common.loading}</p>}
      {tokens?.length === 0 && <p className={styles.empty}>{text.empty}</p>}
      {tokens && tokens.length > 0 && (
        <div className={styles.frame}>
          <table className={styles.table} aria-label={text.table}>
            <thead>
              <tr>
                <th scope="col">{text.columns.name}</th>
                <th scope="col">{text.columns.role}</th>
                <th scope="col">{text.columns.created}</th>
                <th scope="col">{text.columns.expires}</th>
                <th scope="col">{text.columns.used}</th>
                <th scope="col">{text.columns.status}</th>
                <th scope="col"><span className={styles.hidden}>{text.columns.actions}</span></th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => <Row key={token.id} token={token} now={now} onRevoke={() => setDialog({ kind: 'revoke', id: token.id })} />)}
            </tbody>
          </table>
        </div>
      )}
      {dialog?.kind === 'create' && <TokenDialog onClose={close} />}
      {about && <RevokeDialog token={about} used={lastUse(about, now)} onClose={close} />}
    </>
  )
}

/** Says when a token was last used; null: never. */
function lastUse({ lastUsedAt }: Token, now: number): string | null {
  if (lastUsedAt === null) return null
  return usedWithinAnHour(lastUsedAt, now) ? text.withinAnHour : words.ago(lastUsedAt, now)
}

function Row({ token, now, onRevoke }: { token: Token; now: number; onRevoke: () => void }) {
  const { name, role, createdAt, createdBy, expiresAt, revokedAt } = token
  const status = statusOf(token, now)
  const days = expiresSoon(token, now)
  const used = lastUse(token, now)
  return (
    <tr data-off={status !== 'valid' || undefined}>
      <th scope="row">{name}</th>
      <td data-label={text.columns.role}>{settings.roles[role]}</td>
      <td className={styles.long} data-label={text.columns.created}><span title={formatExactTime(createdAt)}>{text.created({ time: formatDate(createdAt), by: createdBy?.name ?? null })}</span></td>
      <td data-label={text.columns.expires}>
        {expiresAt === null ? text.never : <span title={formatExactTime(expiresAt)}>{formatDate(expiresAt)}</span>}
        {days !== null && <span className={styles.soon}>{words.common.separator}{text.expiresIn(days)}</span>}
      </td>
      <td data-label={text.columns.used}>{used ?? <span className={styles.soft}>{text.never}</span>}</td>
      <td data-label={text.columns.status}>
        <span className={styles.state} title={revokedAt ? formatExactTime(revokedAt) : undefined}><Dot tone={tones[status]} />{text.status[status]}</span>
      </td>
      <td className={styles.actions}>
        {status === 'valid' && <Button size="compact-sm" variant="subtle" color="red" c="var(--text-bad)" aria-label={text.revokeLabel(name)} onClick={onRevoke}>{text.revoke}</Button>}
      </td>
    </tr>
  )
}

const minute = 60_000 // milliseconds

/** Returns the current time, to the minute: tokens expire while they are looked at. */
function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), minute)
    return () => clearInterval(timer)
  }, [])
  return now
}
