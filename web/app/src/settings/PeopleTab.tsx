import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type MouseEvent, useState } from 'react'

import { request } from '../api/client'
import { follow } from '../router'
import { formatExactTime, formatNumber } from '../ui/format'
import { Icon } from '../ui/Icon'
import { Dot } from '../ui/Indicators'
import { notify } from '../ui/notifications'
import { useSlow } from '../ui/useSlow'
import { words } from '../words'
import { settings } from '../words/settings'
import { BlockDialog } from './BlockDialog'
import { type Person, UnblockPerson } from './documents'
import { PersonDialog } from './PersonDialog'
import styles from './Settings.module.css'
import { usePeople } from './usePeople'

const text = settings.people
const debounceTime = 150 // milliseconds

type Dialog = { kind: 'add' } | { kind: 'edit' | 'block'; id: string }

interface Props {
  isAdmin: boolean
  typed: string
  onType: (typed: string) => void
}

/** Everyone who works for the provider, with their roles and what they look after. */
export function PeopleTab({ isAdmin, typed, onType }: Props) {
  const [search] = useDebouncedValue(typed.trim(), debounceTime)
  const { list, state } = usePeople(search)
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const { people, total, self, problem } = state
  const isSlow = useSlow(people === null && problem === null)
  const about = dialog && 'id' in dialog ? people?.find(({ id }) => id === dialog.id) ?? null : null
  const done = () => {
    setDialog(null)
    void list.read()
  }
  return (
    <>
      <div className={styles.top}>
        <p className={styles.soft}>{isAdmin ? text.explanationForAdmins : text.explanation}{!isAdmin && <> {text.viewOnly}</>}</p>
        <TextInput className={styles.search} leftSection={<Icon name="search" />} aria-label={text.search} placeholder={isAdmin ? text.searchByEmail : text.searchByName}
          value={typed} onChange={(event) => onType(event.currentTarget.value)} />
        {isAdmin && <Button leftSection={<Icon name="plus" />} onClick={() => setDialog({ kind: 'add' })}>{text.add}</Button>}
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> {problem} <Button size="compact-sm" variant="default" onClick={() => void list.read()}>{words.common.tryAgain}</Button>
        </p>
      )}
      {isSlow && <p className={styles.empty}>{words.common.loading}</p>}
      {people?.length === 0 && <p className={styles.empty}>{state.search === '' ? text.empty : text.noMatches(state.search)}</p>}
      {people !== null && people.length > 0 && (
        <div className={styles.frame}>
          <table className={styles.table} aria-label={text.table} aria-busy={state.loading}>
            <thead>
              <tr>
                <th scope="col">{text.columns.name}</th>
                {isAdmin && <th scope="col">{text.columns.email}</th>}
                <th scope="col">{text.columns.role}</th>
                <th scope="col" className={styles.number}>{text.columns.engineer}</th>
                <th scope="col" className={styles.number}>{text.columns.vcio}</th>
                {isAdmin && <th scope="col">{text.columns.signedIn}</th>}
                <th scope="col">{text.columns.access}</th>
                {isAdmin && <th scope="col"><span className={styles.hidden}>{text.columns.actions}</span></th>}
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <Row key={person.id} person={person} isSelf={person.id === self} isAdmin={isAdmin} onUnblocked={done}
                  onOpen={(kind) => setDialog({ kind, id: person.id })} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {people !== null && people.length > 0 && (
        <div className={styles.foot}>
          <span role="status">{text.showing({ shown: people.length, total })}</span>
          {state.hasMore && <Button variant="default" loading={state.loading} onClick={() => void list.more()}>{text.showMore}</Button>}
        </div>
      )}
      {dialog?.kind === 'add' && <PersonDialog person={null} onClose={() => setDialog(null)} onSaved={done} />}
      {dialog?.kind === 'edit' && about && <PersonDialog person={about} onClose={() => setDialog(null)} onSaved={done} />}
      {dialog?.kind === 'block' && about && <BlockDialog person={about} isSelf={about.id === self} onClose={() => setDialog(null)} onBlocked={done} />}
    </>
  )
}

interface RowProps {
  person: Person
  isSelf: boolean
  isAdmin: boolean
  onOpen: (kind: 'edit' | 'block') => void
  onUnblocked: () => void
}

function Row({ person, isSelf, isAdmin, onOpen, onUnblocked }: RowProps) {
  const { id, name, email, role, assignedRole, signedInAt, blocked, engineerCount, vcioCount } = person
  const [busy, setBusy] = useState(false)
  const unblock = async () => {
    setBusy(true)
    const { data, problem } = await request('mutation', UnblockPerson, { id })
    setBusy(false)
    const wrong = problem ?? data.unblockPerson.userErrors[0]?.message
    const about = `person ${id}`
    if (wrong) return notify('problem', wrong, about)
    notify('done', settings.block.unblocked(name), about)
    onUnblocked()
  }
  const shown = role === null ? null : text.role({ role, assigned: assignedRole !== null })
  return (
    <tr data-off={blocked || undefined}>
      <th scope="row">{name}{isSelf && <> <span className={styles.tag}>{text.you}</span></>}</th>
      {isAdmin && <td className={styles.long} data-label={text.columns.email}>{email ?? <span className={styles.soft}>{text.noEmail}</span>}</td>}
      <td className={styles.role} data-label={text.columns.role}>{shown ? <>{shown.role} <span className={styles.source}>{shown.source}</span></> : <span className={styles.soft}>{text.noRole}</span>}</td>
      <td className={styles.number} data-label={text.columns.engineer}><Count count={engineerCount} label={text.engineerOf({ name, organizations: engineerCount })} search={`?${new URLSearchParams({ engineer: id })}`} /></td>
      <td className={styles.number} data-label={text.columns.vcio}><Count count={vcioCount} label={text.vcioOf({ name, organizations: vcioCount })} search={`?${new URLSearchParams({ vcio: id })}`} /></td>
      {isAdmin && <td data-label={text.columns.signedIn}>{signedInAt === null ? <span className={styles.soft}>{text.never}</span> : <span title={formatExactTime(signedInAt)}>{words.ago(signedInAt)}</span>}</td>}
      <td data-label={text.columns.access}><span className={styles.state}><Dot tone={blocked ? 'off' : 'good'} />{blocked ? text.blocked : text.allowed}</span></td>
      {isAdmin && (
        <td className={styles.actions}>
          <Button size="compact-sm" variant="default" aria-label={text.editLabel(name)} onClick={() => onOpen('edit')}>{text.edit}</Button>
          {blocked
            ? <Button size="compact-sm" variant="default" loading={busy} aria-label={text.unblockLabel(name)} onClick={() => void unblock()}>{text.unblock}</Button>
            : <Button size="compact-sm" variant="subtle" color="red" c="var(--text-bad)" aria-label={text.blockLabel(name)} onClick={() => onOpen('block')}>{text.block}</Button>}
        </td>
      )}
    </tr>
  )
}

/** A number of organizations, which leads to them. */
function Count({ count, label, search }: { count: number; label: string; search: string }) {
  if (count === 0) return <span className={styles.soft}>{formatNumber(0)}</span>
  const path = '/organizations'
  return <a href={path + search} aria-label={label} onClick={(event: MouseEvent) => follow(event, path, search)}>{formatNumber(count)}</a>
}
