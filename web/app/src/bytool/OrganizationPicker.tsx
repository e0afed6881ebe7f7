import { Combobox, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useEffect, useRef, useState } from 'react'

import { request } from '../api/client'
import { likeness, stem } from '../organizations/similarity'
import { byTool } from '../words/byTool'
import styles from './ByTool.module.css'
import { type LensRow, OrganizationChoices } from './documents'

const text = byTool.picker
const debounceTime = 150 // milliseconds
const shown = 20 // organizations
const similarShown = 5
const minLikeness = 0.5

interface Option {
  id: string
  name: string
  /** Why it is offered before anything is typed. */
  reason: string | null
  /** What it contains in the tool. */
  mapped: readonly string[]
}

interface Found {
  search: string
  options: readonly Option[]
  total: number
  problem: string | null
}

interface Props {
  row: LensRow
  /** The integration's name. */
  tool: string
  /** The button that the list is attached to. */
  target: ReactNode
  onPick: (organization: { id: string; name: string }) => void
  onClose: () => void
}

/** A list of organizations to map an external organization to. Nothing is marked on its own except a suggestion or what was typed. */
export function OrganizationPicker({ row, tool, target, onPick, onClose }: Props) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const found = useFound(row, search)
  const combobox = useCombobox({ opened: true, onOpenedChange: (opened) => !opened && onClose() })
  const input = useRef<HTMLInputElement>(null)
  const fresh = found?.search === typed.trim() // otherwise Enter would choose from the results of another search
  const preselect = fresh && found.options[0] !== undefined && (typed.trim() !== '' || found.options[0].id === row.suggestion?.organization.id)

  useEffect(() => {
    const frame = requestAnimationFrame(() => input.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  const { selectFirstOption, resetSelectedOption } = combobox
  useEffect(() => {
    if (preselect) selectFirstOption()
    else resetSelectedOption()
    // Each render makes new functions, so they cannot be dependencies.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [preselect, found])

  return (
    <Combobox store={combobox} width={330} position="bottom-end" transitionProps={{ duration: 0 }} portalProps={{ target: '#lists' }}
      onOptionSubmit={(id) => {
        const option = found?.options.find((one) => one.id === id)
        if (option) onPick(option)
      }}>
      <Combobox.Target withAriaAttributes={false} withKeyboardNavigation={false}>{target}</Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search ref={input} role="combobox" aria-expanded="true" aria-autocomplete="list" value={typed} aria-label={text.label(row.name)} placeholder={text.placeholder} autoComplete="off" spellCheck={false}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Tab') return
            event.preventDefault()
            onClose()
          }} />
        <Combobox.Options aria-label={text.list} aria-busy={!fresh} className={styles.choices}>
          {found?.options.map((option) => (
            <Combobox.Option key={option.id} value={option.id} className={styles.choice}>
              <span>{option.name}</span>
              {option.reason !== null && <span className={styles.choiceReason}>{option.reason}</span>}
              {option.mapped.length > 0 && <span className={styles.choiceNote}>{text.has({ tool, externals: option.mapped })}</span>}
            </Combobox.Option>
          ))}
        </Combobox.Options>
        <p className={styles.choicesFoot} role="status">
          {!found || !fresh ? text.searching : found.problem ?? (found.options.length === 0 ? text.noMatches : found.options.length < found.total ? text.showing({ shown: found.options.length, total: found.total }) : '')}
        </p>
      </Combobox.Dropdown>
    </Combobox>
  )
}

/** Returns the organizations that a search finds; before anything is typed, those that are suggested or similar come first. */
function useFound(row: LensRow, search: string): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  const [opened] = useState(row) // the list must not change under the pointer
  useEffect(() => {
    let current = true
    void find(opened, search).then((result) => {
      if (current) setFound(result)
    })
    return () => {
      current = false
    }
  }, [opened, search])
  return found
}

async function find(row: LensRow, search: string): Promise<Found> {
  const integrationId = row.integration.id
  const read = async (text: string) => request('query', OrganizationChoices, { first: shown, search: text || null, integrationId })
  const word = search === '' ? stem(row.name) : ''
  const [all, alike] = await Promise.all([read(search), word === '' ? null : read(word)])
  if (all.problem !== null) return { search, options: [], total: 0, problem: all.problem }
  const reasons = new Map<string, string>()
  if (row.suggestion) reasons.set(row.suggestion.organization.id, text.suggested)
  for (const { organization } of row.candidates) reasons.set(organization.id, text.candidate)
  const known = new Map<string, Option>()
  const nodes = [...all.data.organizations.nodes, ...(alike?.data?.organizations.nodes ?? [])]
  for (const { id, name, mappings } of nodes) {
    known.set(id, { id, name, reason: reasons.get(id) ?? null, mapped: mappings.map(({ externalOrg }) => externalOrg.name) })
  }
  const first: Option[] = []
  if (search === '') {
    for (const { id, name } of [...(row.suggestion ? [row.suggestion.organization] : []), ...row.candidates.map(({ organization }) => organization)]) {
      first.push(known.get(id) ?? { id, name, reason: reasons.get(id) ?? null, mapped: [] })
    }
    const similar = (alike?.data?.organizations.nodes ?? []).map(({ id, name }) => ({ id, like: likeness(row.name, name) })).filter(({ id, like }) => like.score >= minLikeness && !reasons.has(id))
    for (const { id, like } of similar.sort((a, b) => b.like.score - a.like.score).slice(0, similarShown)) first.push({ ...known.get(id)!, reason: like.reason })
  }
  const listed = new Set(first.map(({ id }) => id))
  const rest = all.data.organizations.nodes.flatMap(({ id }) => (listed.has(id) ? [] : [known.get(id)!]))
  return { search, options: [...first, ...rest], total: Math.max(all.data.organizations.totalCount, first.length + rest.length), problem: null }
}
