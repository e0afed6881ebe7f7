import { type ReactNode, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

import { usePosition } from '../organizations/usePosition'
import { ChangeLink } from '../history/ChangeLink'
import { words } from '../words'
import { asOf } from '../words/asof'
import styles from './AsOf.module.css'
import type { CellDifference, PastColumn, Since, Today } from './differences'
import type { Past, ShownChange } from './documents'
import { changeOfOrganization, type Fact, factsOfCell } from './facts'

const text = asOf.card

/** What the card is about: a cell, or an organization itself. */
export type Subject =
  | { kind: 'cell'; past: Past; today: Today; column: PastColumn; difference: CellDifference }
  | { kind: 'name'; past: Past; today: Today; since: Since }

interface Props {
  subject: Subject
  /** The moment. */
  at: string
  /** Whether the link in the card gets the focus as soon as it is there. */
  focusLink: boolean
  anchor: () => HTMLElement | null
  onEnter: () => void
  onLeave: () => void
  onGone: () => void
  onClose: () => void
}

/** What was there then, what is there today, and who changed it. */
export function DifferenceCard({ subject, at, focusLink, anchor, onEnter, onLeave, onGone, onClose }: Props) {
  const position = usePosition(anchor, onGone)
  const about = text.about({ organization: subject.past.name, integration: subject.kind === 'cell' ? subject.column.name : null })
  return createPortal(
    <div className={styles.card} style={position} role="group" aria-label={text.label(about)} onPointerEnter={onEnter} onPointerLeave={onLeave} onFocus={onEnter} onBlur={onLeave}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault() // it means this card, not the page
        onClose()
      }}>
      <p className={styles.cardHead}>
        <strong>{subject.past.name}</strong>{subject.kind === 'cell' && <>{words.common.separator}{subject.column.name}</>}
      </p>
      <dl className={styles.cardSides}>
        <dt>{text.then(at)}</dt><dd>{subject.kind === 'cell' ? names(subject.difference.then) : nameThen(subject.past, subject.since)}</dd>
        <dt>{text.today}</dt><dd>{subject.kind === 'cell' ? cellToday(subject) : nameToday(subject.past, subject.today, subject.since)}</dd>
      </dl>
      {subject.kind === 'cell' ? <CellFacts {...subject} at={at} focusLink={focusLink} /> : <NameFact {...subject} at={at} focusLink={focusLink} />}
    </div>,
    document.getElementById('lists') ?? document.body,
  )
}

const names = (externals: readonly { name: string }[]) => (externals.length === 0 ? asOf.cell.notMapped : externals.map(({ name }) => name).join(', '))

function cellToday({ today, column, difference }: Extract<Subject, { kind: 'cell' }>): string {
  if (today === null) return text.deleted
  return column.gone ? text.disconnected : names(difference.now)
}

function nameThen({ name, active }: Past, { state }: Since): string {
  return state === 'deactivated' || state === 'reactivated' ? text.named({ name, state: active ? text.active : text.inactive }) : name
}

function nameToday({ name }: Past, today: Today, { renamed, state }: Since): string {
  if (!today) return text.deleted
  return state === null ? renamed ?? name : text.named({ name: today.name, state: today.active ? text.active : text.inactive })
}

function CellFacts({ difference, column, at, focusLink }: Extract<Subject, { kind: 'cell' }> & { at: string; focusLink: boolean }) {
  const key = JSON.stringify([difference, at, column.gone])
  const found = useAnswer(key, () => factsOfCell(difference, at, column.gone ? column.id : null))
  const factOf = (kind: Fact['kind'], id: string) => found?.find((one) => one.kind === kind && one.id === id)
  const lines: { kind: Fact['kind']; id: string; name: string; said: ReactNode }[] = [
    ...difference.left.map(({ id, name }) => {
      const fact = factOf('left', id)
      return { kind: 'left' as const, id, name, said: text.left({ external: name, to: fact?.holder ?? (fact?.change && !column.gone ? null : undefined) }) }
    }),
    ...difference.entered.map(({ id, name }) => ({ kind: 'entered' as const, id, name, said: text.entered(name) })),
    ...difference.renamed.map(({ id, before, after }) => ({ kind: 'renamed' as const, id, name: after, said: text.renamed({ before, after }) })),
  ]
  return (
    <ul className={styles.facts} aria-label={text.facts}>
      {lines.map(({ kind, id, name, said }, line) => (
        <li key={`${kind} ${id}`}>
          <span>{said}</span>
          <Who change={found === undefined ? undefined : factOf(kind, id)?.change ?? null} label={text.showFor(name)} focus={focusLink && line === 0} />
        </li>
      ))}
    </ul>
  )
}

function NameFact({ past, since, at, focusLink }: Extract<Subject, { kind: 'name' }> & { at: string; focusLink: boolean }) {
  const change = useAnswer(JSON.stringify([past.id, since, at]), () => changeOfOrganization(past.id, since, at))
  return (
    <p className={styles.facts}>
      <span>{text.lastChange}</span>
      <Who change={change} label={text.showFor(past.name)} focus={focusLink} />
    </p>
  )
}

/** Says who made a change: undefined while that is read, null if history does not know it. */
function Who({ change, label, focus }: { change: ShownChange | null | undefined; label: string; focus: boolean }) {
  const [place, setPlace] = useState<HTMLElement | null>(null)
  const known = Boolean(change)
  useEffect(() => {
    if (focus && known) place?.querySelector('a')?.focus()
  }, [focus, known, place])
  if (change === undefined) return <span className={styles.who}>{text.finding}</span>
  if (change === null) return <span className={styles.who}>{text.unknown}</span>
  return (
    <span ref={setPlace} className={styles.who}>
      {text.by({ name: change.actor.name, at: change.at })} <ChangeLink id={change.id} label={label} className={styles.link}>{text.show}</ChangeLink>
    </span>
  )
}

/** Returns the answer to a question that the key stands for; undefined until it is there. */
function useAnswer<Answer>(key: string, ask: () => Promise<Answer>): Answer | undefined {
  const [answer, setAnswer] = useState<{ key: string; is: Answer } | null>(null)
  useEffect(() => {
    let current = true
    void ask().then((is) => current && setAnswer({ key, is }))
    return () => {
      current = false
    }
    // The key stands for the question.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  return answer?.key === key ? answer.is : undefined
}
