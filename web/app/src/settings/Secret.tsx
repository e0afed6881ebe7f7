import { Button, Group, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

import { Icon } from '../ui/Icon'
import { words } from '../words'
import { settings } from '../words/settings'
import styles from './Settings.module.css'

const text = settings.token

/** A new token, which cannot be shown again, and how to use it. */
export function Secret({ secret, onClose }: { secret: string | null; onClose: () => void }) {
  return (
    <>
      {secret === null ? <p className={styles.refusal} role="alert">{text.noSecret}</p> : (
        <>
          <p className={styles.once} role="status"><Icon name="warn" /> <span><strong>{text.once}</strong> {text.safe}</span></p>
          <Copied label={text.secret} button={text.copyToken} value={secret} focused />
          <Copied label={text.example} button={text.copyExample} value={text.command({ secret, origin: location.origin })} />
        </>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>{words.common.done}</Button>
      </Group>
    </>
  )
}

/** A text with a button that copies it. */
function Copied({ label, button, value, focused }: { label: string; button: string; value: string; focused?: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const copyButton = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focused) copyButton.current?.focus()
  }, [focused])
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value) // exists only on a secure connection
      setOutcome('copied')
    } catch {
      input.current?.select()
      setOutcome('refused')
    }
  }
  return (
    <div className={styles.copied}>
      <TextInput ref={input} label={label} value={value} readOnly spellCheck={false} autoComplete="off" data-1p-ignore classNames={{ input: styles.code }} onFocus={(event) => event.currentTarget.select()} />
      <Button variant={focused ? 'filled' : 'default'} ref={copyButton} onClick={() => void copy()}>{button}</Button>
      <span role="status" className={styles.outcome}>{outcome === 'copied' && <><Icon name="check" size={14} /> {text.copied}</>}{outcome === 'refused' && text.copyByHand}</span>
    </div>
  )
}
