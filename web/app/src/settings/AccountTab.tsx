import { Button, Select, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import { useQuery } from 'urql'

import { request } from '../api/client'
import { onChange } from '../api/live'
import { messageFor } from '../api/problems'
import { remaining, type UserError } from '../integrations/CredentialFields'
import { formatDate } from '../ui/format'
import { Icon } from '../ui/Icon'
import { notify } from '../ui/notifications'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { useSlow } from '../ui/useSlow'
import { words } from '../words'
import { settings } from '../words/settings'
import { type Account, AccountSettings, UpdateAccount } from './documents'
import styles from './Settings.module.css'
import { formatClock, zoneOptions, zonesWith } from './zones'

const text = settings.account

/** The account's name and time zone, and its limits. */
export function AccountTab({ isAdmin }: { isAdmin: boolean }) {
  const [{ data, error }, read] = useQuery({ query: AccountSettings, requestPolicy: 'cache-and-network' })
  useEffect(() => onChange(({ __typename }) => {
    if (__typename !== 'MappingsChanged' && __typename !== 'DecisionsChanged') read({ requestPolicy: 'network-only' })
  }), [read])
  const problem = error ? messageFor(error) : null
  const readAgain = () => read({ requestPolicy: 'network-only' })
  useRetryOnReconnect(problem, readAgain)
  const account = data?.viewer.account
  const isSlow = useSlow(!account && problem === null)
  return (
    <>
      {!isAdmin && <p className={styles.soft}>{text.viewOnly}</p>}
      {problem !== null && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> {problem} <Button size="compact-sm" variant="default" onClick={readAgain}>{words.common.tryAgain}</Button>
        </p>
      )}
      {isSlow && <p className={styles.empty}>{words.common.loading}</p>}
      {account && (isAdmin ? <Form account={account} /> : <Values account={account} />)}
      {account && <Limits account={account} />}
    </>
  )
}

/** What somebody has typed, and the value that it replaces. */
interface Typed {
  value: string
  base: string
}

function Form({ account }: { account: Account }) {
  const [name, setName] = useState<Typed | null>(null)
  const [zone, setZone] = useState<Typed | null>(null)
  const [errors, setErrors] = useState<readonly UserError[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const zones = useMemo(() => zoneOptions(zonesWith(account.timeZone)), [account.timeZone])
  const shown = { name: name?.value ?? account.name, zone: zone?.value ?? account.timeZone }
  const input = {
    ...(shown.name.trim() !== account.name && { name: shown.name.trim() }),
    ...(shown.zone !== account.timeZone && { timeZone: shown.zone }),
  }
  const changed = Object.keys(input).length > 0

  const reset = () => {
    setName(null)
    setZone(null)
    setErrors([])
    setProblem(null)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!changed) return
    setBusy(true)
    setErrors([])
    const result = await request('mutation', UpdateAccount, { input })
    setBusy(false)
    setProblem(result.problem)
    if (result.problem !== null) return
    const { userErrors } = result.data.updateAccount
    if (userErrors.length > 0) return setErrors(userErrors)
    notify('done', text.saved, 'account')
    reset()
  }
  const about = (field: string) => errors.find(({ path }) => path[1] === field)?.message
  const rest = problem ?? remaining(errors, (path) => ['name', 'timeZone'].includes(path[1] ?? ''))
  return (
    <form className={styles.card} aria-label={text.form} autoComplete="off" onSubmit={(event) => void submit(event)}>
      <Line label={text.name} help={text.nameHelp}>
        {(label) => (
          <TextInput aria-labelledby={label} value={shown.name} maxLength={200} error={about('name')} description={replaced(name, account.name)}
            onChange={(event) => setName({ value: event.currentTarget.value, base: name?.base ?? account.name })} />
        )}
      </Line>
      <Line label={text.timeZone} help={text.timeZoneHelp}>
        {(label) => (
          <>
            <Select aria-labelledby={label} data={zones} value={shown.zone} searchable allowDeselect={false} nothingFoundMessage={text.noZone} error={about('timeZone')}
              description={replaced(zone, account.timeZone)} onChange={(value) => value && setZone({ value, base: zone?.base ?? account.timeZone })} />
            <Clock zone={shown.zone} />
          </>
        )}
      </Line>
      {rest && <p className={styles.refusal} role="alert">{rest}</p>}
      <div className={styles.formButtons}>
        {changed && <Button variant="default" onClick={reset}>{text.reset}</Button>}
        <Button type="submit" loading={busy} disabled={!changed || shown.name.trim() === ''}>{words.common.save}</Button>
      </div>
    </form>
  )
}

/** Says that somebody else has changed what is being edited. */
const replaced = (typed: Typed | null, now: string) => (typed && typed.base !== now && typed.value !== now ? text.changed(now) : undefined)

function Values({ account }: { account: Account }) {
  return (
    <div className={styles.card}>
      <Line label={text.name} help={text.nameHelp}>{() => account.name}</Line>
      <Line label={text.timeZone} help={text.timeZoneHelp}>{() => <>{account.timeZone} <Clock zone={account.timeZone} /></>}</Line>
    </div>
  )
}

const clockStep = 10_000 // milliseconds

/** The time in a time zone. */
function Clock({ zone }: { zone: string }) {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), clockStep)
    return () => clearInterval(timer)
  }, [])
  const time = formatClock(zone, now)
  return time === null ? null : <span className={styles.soft}>{text.now(time)}</span>
}

function Limits({ account }: { account: Account }) {
  const { quota, limits, historyBegins, historyRetention } = account
  return (
    <section aria-labelledby="limits">
      <h2 id="limits" className={styles.title}>{text.limitsTitle} <span className={styles.soft}>{text.limitsHelp}</span></h2>
      <div className={styles.card}>
        <Line label={text.plan}>{() => quota.plan}</Line>
        <Line label={text.renews}>{() => (quota.renewsAt === null ? <span className={styles.soft}>{text.renewsUnknown}</span> : formatDate(quota.renewsAt))}</Line>
        <Line label={text.organizations} help={text.organizationsHelp}>{() => <Usage used={quota.used} limit={quota.limit} />}</Line>
        <Line label={text.integrations} help={text.integrationsHelp}>{() => <Usage {...limits.integrations} />}</Line>
        <Line label={text.externalOrganizations} help={text.externalOrganizationsHelp}>{() => <Usage {...limits.externalOrganizations} />}</Line>
        <Line label={text.history} help={historyRetention === null ? undefined : text.historyHelp}>{() => <>{text.months(historyRetention)} <span className={styles.soft}>{text.begins(historyBegins)}</span></>}</Line>
      </div>
    </section>
  )
}

/** How much of a limit is used; null: there is no limit. */
function Usage({ used, limit }: { used: number; limit: number | null }) {
  if (limit === null) return <>{text.unlimited(used)}</>
  const left = Math.max(0, limit - used)
  return (
    <>
      {text.used({ used, limit })}
      <span className={styles.bar} data-full={left === 0 || undefined} aria-hidden="true"><span style={{ width: `${limit === 0 ? 100 : Math.min(1, used / limit) * 100}%` }} /></span>
      <span className={left === 0 ? styles.soon : styles.soft}>{left === 0 ? text.full : text.left(left)}</span>
    </>
  )
}

/** A setting: its name and what it means, and its value. */
function Line({ label, help, children }: { label: string; help?: string; children: (labelId: string) => ReactNode }) {
  const id = useId()
  return (
    <div className={styles.line}>
      <div className={styles.about}>
        <span id={id}>{label}</span>
        {help && <span className={styles.soft}>{help}</span>}
      </div>
      <div className={styles.value}>{children(id)}</div>
    </div>
  )
}
