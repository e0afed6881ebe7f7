import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'

import styles from './SignIn.module.css'
import { describe, signIn } from './session'

/** Shown to whoever is not signed in. */
export function SignIn({ problem: before }: { problem: string | null }) {
  const [token, setToken] = useState('')
  const [problem, setProblem] = useState(before)
  const [busy, setBusy] = useState(false)
  const [provider, setProvider] = useState(false)
  useEffect(() => void describe().then((said) => setProvider(said?.oidc ?? false)), [])
  useEffect(() => {
    document.title = 'Sign in – Orgmap'
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(await signIn(token))
    setBusy(false)
  }

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />Orgmap</h1>
        <p>Say which client is which, in every tool you use.</p>
        {provider && <Button component="a" href="/auth/login" size="sm" fullWidth>Sign in with your organization</Button>}
        {provider && <p className={styles.or}>or with a token</p>}
        <PasswordInput
          label="Token"
          description="The terminal that started Orgmap shows one; your administrator can make another with “orgmap token create”."
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
