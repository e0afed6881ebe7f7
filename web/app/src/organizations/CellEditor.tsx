import { Checkbox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useQuery } from 'urql'

import { type GridRow, type Integration, type Organization, OrganizationsById, type Suggestion } from '../api/documents'
import { notify } from '../ui/notifications'
import { Icon } from '../ui/Icon'
import { Store, useStore } from '../ui/store'
import { words } from '../words'
import styles from './CellEditor.module.css'
import { type Choice, useChoices } from './choices'
import { ConflictChoice } from './ConflictChoice'
import { ElsewhereChoice } from './ElsewhereChoice'
import { takenFrom } from './moving'
import { SelectedList } from './SelectedList'
import { type Edit, type External, held, keyOf, stage, stagedFor, stagedOutOf, statusOf } from './staged'
import { ghostsOf, rejected } from './suggestions'
import { usePosition } from './usePosition'
import { cellErrors, edit, externalsOf, holderOf, staged } from './workspace'

const debounceTime = 150 // milliseconds
const hideMapped = new Store(true)
const text = words.organizations.editor

interface Props {
  organization: GridRow
  integration: Integration
  /** The letter that opened the drop-down; it begins the search. */
  typed: string
  editable: boolean
  /** The cell's element; null once it has scrolled off the screen. */
  anchor: () => HTMLElement | null
  /** Called with where the focus goes next. */
  onClose: (focus: 'cell' | 'below' | 'none') => void
}

/** The drop-down of a cell: what it contains, and what it could contain. A choice is an unsaved edit until the user saves. */
export function CellEditor({ organization: opened, integration, typed, editable, anchor, onClose }: Props) {
  const organization = useLive(opened)
  const dialog = useRef<HTMLDivElement>(null)
  const position = usePosition(anchor, () => onClose('none'))
  const key = keyOf({ organizationId: organization.id, integrationId: integration.id })
  const all = useStore(staged)
  const mine = all.edits.get(key)
  const saved = externalsOf(organization, integration.id)
  const status = mine ? statusOf(all, mine) : null
  const selected = mine && status !== 'settled' ? mine.wanted : saved
  const error = useStore(cellErrors, (map) => map.get(key))
  const set = (wanted: readonly External[]) => edit((before) => stage(before, [editOf(organization, integration, saved, wanted)]))

  const [suggested] = useState(() => ghostsOf(opened, integration.id, all, rejected.get()))

  useOutside(dialog, () => onClose('none'))
  useEffect(() => {
    const first = dialog.current?.querySelector<HTMLElement>('input[role=combobox]') ?? dialog.current
    first?.focus()
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onClose('cell')
    } else if (event.key === 'Tab') keepInside(event, dialog.current)
  }

  return createPortal(
    <div ref={dialog} className={styles.editor} style={position} role="dialog" tabIndex={-1} onKeyDown={onKeyDown}
      aria-label={text.label({ organization: organization.name, integration: integration.name })}>
      <div className={styles.title}>
        <span className={styles.ellipsis}>{organization.name}</span>
        <span className={styles.where}>{integration.name}</span>
        <button type="button" className={styles.close} aria-label={words.common.close} onClick={() => onClose('cell')}><Icon name="close" /></button>
      </div>
      {error && <p className={styles.cellError} role="alert"><Icon name="warn" /> {error}</p>}
      {status === 'conflict' && mine && <ConflictChoice edit={mine} />}
      {status === 'elsewhere' && mine && editable && <ElsewhereChoice edit={mine} />}
      <SelectedList {...{ selected, editable, integration, organization }} onRemove={(id) => set(selected.filter((one) => one.id !== id))} />
      {editable && <Search {...{ organization, integration, selected, saved, set, suggested, onClose }} initial={typed} />}
    </div>,
    document.body,
  )
}

/** Returns the organization in its current state, while other people and refreshes change it. */
function useLive(opened: Organization): Organization {
  const [{ data }] = useQuery({ query: OrganizationsById, variables: { ids: [opened.id] } })
  const found = data?.nodes[0]
  return found?.__typename === 'Organization' && found.id === opened.id ? found : opened
}

function editOf(organization: Organization, integration: Integration, base: readonly External[], wanted: readonly External[]): Edit {
  return { organizationId: organization.id, organizationName: organization.name, integrationId: integration.id, base, wanted }
}

interface SearchProps {
  organization: Organization
  integration: Integration
  selected: readonly External[]
  saved: readonly External[]
  set: (wanted: readonly External[]) => void
  suggested: readonly Suggestion[]
  initial: string
  onClose: Props['onClose']
}

function Search({ organization, integration, selected, saved, set, suggested, initial, onClose }: SearchProps) {
  const [typed, setTyped] = useState(initial)
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const hide = useStore(hideMapped)
  const choices = useChoices(integration.id, organization.name, suggested, search, hide)
  const options = [...choices.similar, ...choices.found]
  const [at, setAt] = useState<number | null>(null)
  const fresh = choices.search === typed.trim() // otherwise Enter would choose from the results of another search
  // Without a choice of the user, Enter may only take a suggestion or what the search has found.
  const preselected = fresh && options[0] && (typed.trim() !== '' || options[0].tier) ? 0 : -1
  const active = Math.min(at ?? preselected, options.length - 1)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const all = useStore(staged)

  useEffect(() => setAt(null), [search, hide])
  useLayoutEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const duplicates = duplicateNames(options)
  const choose = async (choice: Choice) => {
    const external = { id: choice.id, name: choice.name, gone: choice.removedAt !== null }
    if (selected.some((one) => one.id === choice.id)) return set(selected.filter((one) => one.id !== choice.id))
    const here = editOf(organization, integration, saved, [...selected, external])
    const from = await takenFrom(organization.id, integration.id, [{ externalId: choice.id, holderId: choice.mapping?.organization.id ?? null }])
    edit((before) => stage(held(before, [[choice.id, holderOf(choice.mapping)]]), [here, ...from]))
    if (from[0]) notify('done', words.notifications.willMove({ external: choice.name, from: from[0].organizationName }))
  }

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown') setAt(Math.min(options.length - 1, active + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, active - 1))
    else if (event.key === 'PageDown') setAt(Math.min(options.length - 1, active + 8))
    else if (event.key === 'PageUp') setAt(Math.max(0, active - 8))
    else if (event.key === 'Enter') {
      const option = options[active]
      if (event.repeat || !fresh) return event.preventDefault()
      if (!option) onClose('cell')
      else if (event.ctrlKey || event.metaKey) void choose(option)
      else {
        if (!selected.some(({ id }) => id === option.id)) void choose(option)
        onClose('below')
      }
    } else return
    event.preventDefault()
  }

  const status = choices.problem ?? (choices.total === null || !fresh ? text.searching
    : options.length === 0 ? (hide ? text.noUnmapped : text.noMatches)
      : options.length < choices.total ? text.showing({ shown: options.length, total: choices.total }) : text.found(choices.total))

  return (
    <>
      <div className={styles.search}>
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={text.search(integration.name)}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={options[active] ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={text.searchPlaceholder({ integration: integration.name, total: integration.counts.total })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={`${id}-list`} className={styles.options} role="listbox" aria-multiselectable="true" aria-busy={!fresh} aria-label={text.list(integration.name)}>
        {options.map((choice, index) => (
          <Option
            key={choice.id}
            id={`${id}-${index}`}
            choice={choice}
            chosen={selected.some((one) => one.id === choice.id)}
            active={index === active}
            duplicate={duplicates.has(choice.name.trim())}
            note={noteOn(choice, organization, integration, all)}
            similar={index < choices.similar.length}
            reason={reasonOf(choice, organization)}
            onChoose={() => { setAt(index); void choose(choice) }}
          />
        ))}
      </div>
      <div className={styles.foot}>
        <span role="status">{status}</span>
        {choices.more && <button type="button" className={styles.link} onClick={choices.more}>{text.showMore}</button>}
        <Checkbox size="xs" label={text.unmappedOnly} checked={hide} onChange={(event) => hideMapped.set(event.currentTarget.checked)} />
      </div>
    </>
  )
}

interface OptionProps {
  id: string
  choice: Choice
  chosen: boolean
  active: boolean
  similar: boolean
  /** Another choice in the list has the same name. */
  duplicate: boolean
  note: string | null
  reason: string | null
  onChoose: () => void
}

function Option({ id, choice, chosen, active, similar, duplicate, note, reason, onChoose }: OptionProps) {
  return (
    <div id={id} role="option" aria-selected={chosen} className={styles.option} data-active={active || undefined}
      data-similar={similar || undefined} onClick={onChoose} title={text.withId({ name: choice.name, id: choice.remoteId })}>
      <span className={styles.tick}>{chosen && <Icon name="check" />}</span>
      <span className={styles.ellipsis}>{choice.name}{duplicate && <span className={styles.remoteId}> {text.place({ ...choice, id: choice.remoteId })}</span>}</span>
      {(note ?? reason) && <span className={note ? styles.note : similar ? styles.reason : styles.because} title={note ?? reason ?? undefined}>{note ?? reason}</span>}
    </div>
  )
}

/** Returns why a choice fits the cell, for which other organization it is suggested, or why someone has to decide. */
function reasonOf(choice: Choice, organization: Organization): string | null {
  if (choice.tier) return text.suggested(words.suggestions.tiers[choice.tier])
  if (choice.likeness) return choice.likeness.reason
  if (choice.mapping) return null
  if (choice.suggestion && choice.suggestion.organization.id !== organization.id) return text.suggestedFor(choice.suggestion.organization.name)
  return choice.candidates.length > 0 ? choice.needsDecisionBecause : null
}

/** Returns the names that occur more than once: such choices differ only in their IDs. */
function duplicateNames(choices: readonly Choice[]): Set<string> {
  const seen = new Set<string>()
  return new Set(choices.map(({ name }) => name.trim()).filter((name) => seen.has(name) || !seen.add(name)))
}

/** Says where an external organization is mapped, or that it is no longer listed; null if it is free or in this cell. */
function noteOn(choice: Choice, organization: Organization, integration: Integration, all: typeof staged extends Store<infer S> ? S : never) {
  const other = stagedFor(all, integration.id, choice.id)
  if (other && other.organizationId !== organization.id) return text.stagedElsewhere(other.organizationName)
  if (choice.removedAt !== null) return text.removedFrom(integration.name)
  const mapping = choice.mapping
  if (!mapping || mapping.organization.id === organization.id) return null
  if (stagedOutOf(all, { organizationId: mapping.organization.id, integrationId: integration.id }, choice.id)) return null
  return text.mappedElsewhere({ organization: mapping.organization.name, by: mapping.createdBy })
}

function useOutside(inside: React.RefObject<HTMLElement | null>, onOutside: () => void) {
  const latest = useRef(onOutside)
  latest.current = onOutside
  useEffect(() => {
    const close = (event: Event) => {
      if (event.target instanceof Node && !inside.current?.contains(event.target)) latest.current()
    }
    document.addEventListener('pointerdown', close, true)
    return () => document.removeEventListener('pointerdown', close, true)
  }, [inside])
}

/** Keeps Tab inside the editor. */
function keepInside(event: KeyboardEvent, dialog: HTMLElement | null) {
  const reachable = [...(dialog?.querySelectorAll<HTMLElement>('button, input, a[href]') ?? [])].filter((one) => one.tabIndex >= 0)
  const first = reachable[0]
  const last = reachable.at(-1)
  const leaving = event.shiftKey ? first : last
  if (document.activeElement !== leaving) return
  event.preventDefault()
  ;(event.shiftKey ? last : first)?.focus()
}
