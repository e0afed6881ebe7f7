import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'

import { detailSearch } from '../clients/detailAddress'
import { hasWords } from '../organizations/search'
import { go, titleOf } from '../router'
import { words } from '../words'
import { Icon } from './Icon'
import { groups, icons, settings, views } from './navigation'
import styles from './Shell.module.css'
import { findOrganizations, useFound } from './useFound'

const text = words.shell
const debounceTime = 150 // milliseconds
const shown = 8 // organizations

const pages = [...groups.flatMap((group) => [...group.pages]), ...views.slice(1), settings] as const
const iconOf = (page: (typeof pages)[number]) => (page === '/by-tool' ? icons['/'] : icons[page])

/** A dialog that leads to any client or page. */
export function FindDialog({ isAdmin, onClose }: { isAdmin: boolean; onClose: () => void }) {
  const combobox = useCombobox({ opened: true, onOpenedChange: (opened) => !opened && onClose() })
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const found = useFound(findOrganizations, search, shown, search !== '')
  const isFresh = search === typed.trim() && (search === '' || found?.search === search) // otherwise Enter would choose from the results of another search
  const clients = search === '' ? [] : found?.items ?? []
  const named = pages.filter((page) => hasWords(titleOf(page), typed.trim()))
  const hasExplorer = isAdmin && hasWords(text.explorer, typed.trim())
  const isEmpty = clients.length === 0 && named.length === 0 && !hasExplorer
  const preselect = isFresh && typed.trim() !== '' && !isEmpty
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (preselect) selectFirstOption()
    else resetSelectedOption()
    // Each render makes new functions, so they cannot be dependencies.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [preselect, found, typed])

  const choose = (value: string) => {
    onClose()
    const client = clients.find(({ id }) => id === value)
    const page = pages.find((one) => one === value)
    if (client) go('/organization', detailSearch(client.id))
    else if (page) go(page)
    else location.assign(value)
  }

  return (
    <Modal.Root opened onClose={onClose} size={520} padding={0} yOffset="12vh">
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={text.findTitle}>
        <Combobox store={combobox} onOptionSubmit={choose}>
          <Combobox.EventsTarget withExpandedAttribute>
            <TextInput variant="unstyled" data-autofocus className={styles.findInput} leftSection={<Icon name="search" />} aria-label={text.find} placeholder={text.find} value={typed} autoComplete="off" spellCheck={false}
              onChange={(event) => setTyped(event.currentTarget.value)} />
          </Combobox.EventsTarget>
          <Combobox.Options aria-label={text.findTitle} aria-busy={!isFresh} className={styles.findings}>
            {clients.length > 0 && (
              <Combobox.Group label={text.findClients}>
                {clients.map(({ id, name }) => <Combobox.Option key={id} value={id}>{name}</Combobox.Option>)}
              </Combobox.Group>
            )}
            {(named.length > 0 || hasExplorer) && (
              <Combobox.Group label={text.findPages}>
                {named.map((page) => <Combobox.Option key={page} value={page}><span className={styles.finding}><Icon name={iconOf(page)} /> {titleOf(page)}</span></Combobox.Option>)}
                {hasExplorer && <Combobox.Option value="/explorer"><span className={styles.finding}><Icon name="code" /> {text.explorer}</span></Combobox.Option>}
              </Combobox.Group>
            )}
          </Combobox.Options>
          <p className={styles.findFoot} role="status">
            {!isFresh ? text.finding : search !== '' && found?.problem ? found.problem : isEmpty ? text.findNothing(typed.trim()) : ''}
          </p>
        </Combobox>
      </Modal.Content>
    </Modal.Root>
  )
}
