import { Button, Group } from '@mantine/core'
import { useEffect, useState } from 'react'

import styles from './SignIn.module.css'
import { preview, type Preview, type Secret, signIn } from './session'

interface Props {
  secret: Secret
  /** Whether there are unsaved changes, which cannot move to another account. */
  unsaved: boolean
  /** Called with an error message, or with null if the user declines. */
  onEnd: (problem: string | null) => void
  /** Called once the session is the one that the link is for. */
  onSignedIn: () => void
}

/**
 * Asks before it follows a sign-in link. Anyone can put a link to their own account on a website: without the question, a click
 * would replace the session, and whatever the user enters afterwards would go to that account.
 */
export function ConfirmSignIn({ secret, unsaved, onEnd, onSignedIn }: Props) {
  const [who, setWho] = useState<Preview | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    document.title = 'Sign in – Orgmap'
    let current = true
    void preview(secret).then((said) => {
      if (!current) return
      if (said.problem === null) setWho(said.preview)
      else onEnd(said.problem)
    })
    return () => {
      current = false
    }
  }, [secret, onEnd])

  if (!who) return <main className={styles.page}><p role="status">Checking the sign-in link…</p></main>

  const accept = async () => {
    setBusy(true)
    const wrong = await signIn(secret)
    setBusy(false)
    if (wrong === null) onSignedIn()
    else setProblem(wrong)
  }
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />Sign in to {who.account}?</h1>
        <Named who={who} unsaved={unsaved} />
        <p className={styles.soft}>Continue only if you asked for this link.</p>
        {problem && <p className={styles.problem} role="alert">{problem}</p>}
        <Group grow>
          <Button variant="default" size="sm" onClick={() => onEnd(null)}>Cancel</Button>
          <Button size="sm" loading={busy} onClick={() => void accept()}>Sign in</Button>
        </Group>
      </div>
    </main>
  )
}

function Named({ who: { account, name, role, current }, unsaved }: { who: Preview; unsaved: boolean }) {
  return (
    <>
      <p>You’ll be signed in to <strong>{account}</strong> as <strong>{name}</strong> ({role.toLowerCase()}).</p>
      {current?.same && <p className={styles.notice}>You’re signed in to this account already.</p>}
      {current && !current.same && (
        <p className={styles.warning}>
          This replaces your session at <strong>{current.account}</strong>, where you’re signed in as <strong>{current.name}</strong>.
          {unsaved && ' Your unsaved changes there will be lost.'}
        </p>
      )}
    </>
  )
}
