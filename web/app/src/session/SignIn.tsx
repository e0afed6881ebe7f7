import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'

import styles from './SignIn.module.css'
import { describe, signIn } from './session'

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
  useEffect(() => void describe().then((said) => setProvider(said?.oidc ?? false)), [])
  useEffect(() => {
    document.title = 'Sign in – Orgmap'
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
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />Orgmap</h1>
        {reason !== null && !tried
          ? <p className={bad ? styles.problem : styles.notice} role={bad ? 'alert' : 'status'}>{reason}</p>
          : <p className={styles.soft}>Match your clients across every tool you use.</p>}
        {provider && <Button component="a" href="/auth/login" size="sm" fullWidth>Sign in with your organization</Button>}
        {provider && <p className={styles.or}>or with a token</p>}
        <PasswordInput
          label="Token"
          description="You’ll find it in the terminal where Orgmap was started, or ask your administrator for one."
          placeholder="orgmap_…"
          autoComplete="off"
          value={token}
          error={problem}
          aria-invalid={problem !== null}
          onChange={(event) => { setToken(event.currentTarget.value); setProblem(null) }}
        />
        <Button type="submit" size="sm" fullWidth loading={busy} disabled={token.trim() === ''} variant={provider ? 'default' : 'filled'}>Sign in</Button>
      </form>
    </main>
  )
}
