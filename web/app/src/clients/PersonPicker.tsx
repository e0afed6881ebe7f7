import { Combobox, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useEffect, useRef, useState } from 'react'

import { nobody } from '../ui/choosing'
import { Icon } from '../ui/Icon'
import { useFound } from '../ui/useFound'
import { clients } from '../words/clients'
import styles from './Clients.module.css'
import type { Person } from './documents'
import { findPeople } from './people'

const text = clients.picker
const debounceTime = 150 // milliseconds
const shown = 50 // people

interface Props {
  /** Returns the button that opens the list. */
  target: (open: () => void, isOpen: boolean) => ReactNode
  label: string
  /** The IDs that are chosen; nobody stands for "Not assigned". */
  chosen: readonly string[]
  /** Whether the list stays open for another choice, as in a filter. */
  several: boolean
  /** Called with a person, or with null for "Not assigned". */
  onPick: (person: Person | null) => void
}

/** A button that opens a list of people to choose from. Blocked people can be filtered by, but not newly assigned. */
export function PersonPicker({ target, label, chosen, several, onPick }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => { combobox.resetSelectedOption(); setTyped('') } })
  const { dropdownOpened } = combobox
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const found = useFound(findPeople, search, shown, dropdownOpened)
  const fresh = found?.search === typed.trim() // otherwise Enter would choose from the results of another search
  const people = (found?.items ?? []).filter(({ id, blocked }) => several || !blocked || chosen.includes(id))
  const preselect = fresh && typed.trim() !== '' && people.length > 0
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLElement | null>(null)
  useEffect(() => {
    if (!dropdownOpened) return
    button.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
    const frame = requestAnimationFrame(() => input.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [dropdownOpened])
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (preselect) selectFirstOption()
    else resetSelectedOption()
    // Each render makes new functions, so they cannot be dependencies.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [preselect, found])

  const close = () => {
    combobox.closeDropdown()
    button.current?.focus()
  }
  return (
    <Combobox store={combobox} width={280} position="bottom-start" transitionProps={{ duration: 0 }} portalProps={{ target: '#lists' }}
      onOptionSubmit={(id) => {
        onPick(id === nobody ? null : people.find((person) => person.id === id) ?? null)
        if (!several) close()
      }}>
      <Combobox.Target withAriaAttributes={false} withKeyboardNavigation={false}>{target(() => combobox.toggleDropdown(), dropdownOpened)}</Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search ref={input} role="combobox" aria-expanded="true" aria-autocomplete="list" value={typed} aria-label={`${label}: ${text.search}`} placeholder={text.placeholder} autoComplete="off" spellCheck={false}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Tab' && event.key !== 'Escape') return
            event.preventDefault()
            event.stopPropagation()
            close()
          }} />
        <Combobox.Options aria-label={text.list} aria-busy={!fresh} className={styles.choices}>
          {typed.trim() === '' && <Choice value={nobody} name={text.notAssigned} note={null} isChosen={chosen.includes(nobody)} />}
          {people.map(({ id, name, blocked }) => <Choice key={id} value={id} name={name} note={blocked ? text.blocked : null} isChosen={chosen.includes(id)} />)}
        </Combobox.Options>
        <p className={styles.choicesFoot} role="status">
          {!found || !fresh ? text.searching
            : found.problem ?? (people.length === 0 ? (search === '' ? text.nobody : text.noMatches) : found.items.length < found.total ? text.showing({ shown: found.items.length, total: found.total }) : '')}
        </p>
      </Combobox.Dropdown>
    </Combobox>
  )
}

function Choice({ value, name, note, isChosen }: { value: string; name: string; note: string | null; isChosen: boolean }) {
  return (
    <Combobox.Option value={value} active={isChosen} className={styles.choice}>
      <span className={styles.choiceMark}>{isChosen && <Icon name="check" size={14} />}</span>
      <span>{name}</span>
      {note !== null && <span className={styles.soft}>{note}</span>}
    </Combobox.Option>
  )
}
