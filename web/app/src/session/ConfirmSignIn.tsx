import { Button, Group } from '@mantine/core'
import { useEffect, useState } from 'react'

import { words } from '../words'
import styles from './SignIn.module.css'
import { preview, type Preview, type Secret, signIn } from './session'

const text = words.session

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
    document.title = words.common.pageTitle(words.common.signIn)
    let current = true
    void preview(secret).then((found) => {
      if (!current) return
      if (found.problem === null) setWho(found.preview)
      else onEnd(found.problem)
    })
    return () => {
      current = false
    }
  }, [secret, onEnd])

  if (!who) return <main className={styles.page}><p role="status">{text.checkingLink}</p></main>

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
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />{text.signInTo(who.account)}</h1>
        <Named who={who} unsaved={unsaved} />
        <p className={styles.soft}>{text.onlyIfAsked}</p>
        {problem && <p className={styles.problem} role="alert">{problem}</p>}
        <Group grow>
          <Button variant="default" size="sm" onClick={() => onEnd(null)}>{words.common.cancel}</Button>
          <Button size="sm" loading={busy} onClick={() => void accept()}>{words.common.signIn}</Button>
        </Group>
      </div>
    </main>
  )
}

function Named({ who: { account, name, role, current }, unsaved }: { who: Preview; unsaved: boolean }) {
  return (
    <>
      <p>{text.willBe({ account, name, role: words.common.roles[role] })}</p>
      {current?.same && <p className={styles.notice}>{text.alreadySignedIn}</p>}
      {current && !current.same && (
        <p className={styles.warning}>
          {text.replaces(current)}{unsaved && ` ${text.losesUnsaved}`}
        </p>
      )}
    </>
  )
}
