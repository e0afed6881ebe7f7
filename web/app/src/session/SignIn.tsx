import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'

import { words } from '../words'
import styles from './SignIn.module.css'
import { describe, signIn } from './session'

const text = words.session

interface Props {
  /** Why nobody is signed in, if that needs an explanation. */
  reason: string | null
  /** A failed sign-in link is a problem; an expired session is not. */
  bad: boolean
}

/** Shown to people who are not signed in. */
export function SignIn({ reason, bad }: Props) {
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [provider, setProvider] = useState(false)
  useEffect(() => void describe().then((found) => setProvider(found?.oidc ?? false)), [])
  useEffect(() => {
    document.title = words.common.pageTitle(words.common.signIn)
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setTried(true)
    setProblem(await signIn({ token: token.trim() }))
    setBusy(false)
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />{words.common.product}</h1>
        {reason !== null && !tried
          ? <p className={bad ? styles.problem : styles.notice} role={bad ? 'alert' : 'status'}>{reason}</p>
          : <p className={styles.soft}>{text.tagline}</p>}
        {provider && <Button component="a" href="/auth/login" size="sm" fullWidth>{text.withProvider}</Button>}
        {provider && <p className={styles.or}>{text.orWithToken}</p>}
        <PasswordInput
          label={text.token}
          description={text.tokenHelp}
          placeholder={text.tokenExample}
          autoComplete="off"
          value={token}
          error={problem}
          aria-invalid={problem !== null}
          onChange={(event) => { setToken(event.currentTarget.value); setProblem(null) }}
        />
        <Button type="submit" size="sm" fullWidth loading={busy} disabled={token.trim() === ''} variant={provider ? 'default' : 'filled'}>{words.common.signIn}</Button>
      </form>
    </main>
  )
}
