import { Button, Group, Popover, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'

import { daysLater, fieldOf, momentOf } from '../asof/moments'
import { toAddress } from '../asof/view'
import { go } from '../router'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import styles from './SetupPage.module.css'

const text = words.organizations.asOf

/** Asks for a moment and shows the grid as it was then. */
export function AsOfButton({ search }: { search: string }) {
  const [opened, setOpened] = useState(false)
  const [at, setAt] = useState('')
  const now = fieldOf(new Date()).slice(0, 16)
  const toggle = () => {
    setAt(fieldOf(daysLater(new Date(), -1)).slice(0, 16))
    setOpened((before) => !before)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    go('/as-of', toAddress({ at, search }))
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={270} shadow="md" trapFocus returnFocus portalProps={{ target: '#lists' }}>
      <Popover.Target>
        <Button variant="subtle" leftSection={<Icon name="clock" />} aria-label={text.button} onClick={toggle}><span className={styles.wide}>{text.button}</span></Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <TextInput type="datetime-local" label={text.moment} description={text.explanation} value={at} max={now} required withAsterisk={false} data-autofocus
            onChange={(event) => setAt(event.currentTarget.value)} />
          <Group justify="flex-end" mt="sm">
            <Button type="submit" disabled={momentOf(at) === null}>{text.show}</Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
