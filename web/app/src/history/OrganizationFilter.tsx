import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'

import { Icon } from '../ui/Icon'
import { findOrganizations, useFound } from '../ui/useFound'
import { history } from '../words/history'
import styles from './History.module.css'

const text = history.filters
const debounceTime = 150 // milliseconds
const shown = 20 // organizations

/** A search for the organization whose history is shown. */
export function OrganizationFilter({ onPick }: { onPick: (organization: { id: string; name: string }) => void }) {
  const combobox = useCombobox()
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const { dropdownOpened } = combobox
  const found = useFound(findOrganizations, search, shown, dropdownOpened)
  const fresh = found?.search === typed.trim() // otherwise Enter would choose from the results of another search
  const preselect = fresh && typed.trim() !== '' && found.items.length > 0
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (preselect) selectFirstOption()
    else resetSelectedOption()
    // Each render makes new functions, so they cannot be dependencies.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [preselect, found])

  return (
    <Combobox store={combobox} width={300} position="bottom-start" transitionProps={{ duration: 0 }} portalProps={{ target: '#lists' }}
      onOptionSubmit={(id) => {
        const organization = found?.items.find((one) => one.id === id)
        setTyped('')
        combobox.closeDropdown()
        if (organization) onPick(organization)
      }}>
      <Combobox.Target>
        <TextInput className={styles.search} leftSection={<Icon name="search" />} aria-label={text.organizationLabel} placeholder={text.organization} value={typed} autoComplete="off" spellCheck={false}
          onChange={(event) => { setTyped(event.currentTarget.value); combobox.openDropdown() }} onClick={() => combobox.openDropdown()} onBlur={() => combobox.closeDropdown()} />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={text.organizations} aria-busy={!fresh} className={styles.choices}>
          {found?.items.map(({ id, name }) => <Combobox.Option key={id} value={id}>{name}</Combobox.Option>)}
        </Combobox.Options>
        <p className={styles.choicesFoot} role="status">
          {!found || !fresh ? text.searching
            : found.problem ?? (found.items.length === 0 ? text.noMatches : found.items.length < found.total ? text.showing({ shown: found.items.length, total: found.total }) : '')}
        </p>
      </Combobox.Dropdown>
    </Combobox>
  )
}
