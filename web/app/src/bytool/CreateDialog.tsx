import { Button, Checkbox, Group, Loader, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'

import { offerUndo } from '../history/offering'
import { words } from '../words'
import { byTool } from '../words/byTool'
import { lists } from '../words/lists'
import { createFrom, type Created } from './actions'
import styles from './ByTool.module.css'
import type { CreateResult } from './documents'

const text = byTool.creating

interface Props {
  ids: readonly string[]
  onCreated: (done: readonly string[]) => void
  onClose: () => void
}

/** What creating organizations from the selected external organizations would do, and doing it. */
export function CreateDialog({ ids, onCreated, onClose }: Props) {
  const [would, setWould] = useState<Created | null>(null)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [done, setDone] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [asked] = useState(ids) // what was selected when the dialog opened
  useEffect(() => {
    let current = true
    void createFrom(asked, new Set(), true).then((result) => {
      if (current) setWould(result)
    })
    return () => {
      current = false
    }
  }, [asked])

  const of = (...outcomes: CreateResult['outcome'][]) => would?.results.filter(({ outcome }) => outcomes.includes(outcome)) ?? []
  const [created, mapped, similar, skipped] = [of('CREATED'), of('MAPPED_EXISTING'), of('SIMILAR_EXISTS'), of('SKIPPED_ALREADY_IMPORTED', 'SKIPPED_DUPLICATE_NAME')]
  const chosen = [...created, ...mapped, ...similar.filter(({ externalOrg }) => ticked.has(externalOrg.id))].map(({ externalOrg }) => externalOrg.id)
  const wrong = problem ?? would?.problem ?? null

  const submit = async () => {
    setDone(0)
    setProblem(null)
    const { results, problem: failed, changeIds } = await createFrom(chosen, ticked, false, setDone)
    const made = results.filter(({ outcome }) => outcome === 'CREATED').length
    const joined = results.filter(({ outcome }) => outcome === 'MAPPED_EXISTING').length
    onCreated(results.map(({ externalOrg }) => externalOrg.id))
    setDone(null)
    // What was done before a problem can be undone too.
    if (failed === null || changeIds.length > 0) offerUndo(byTool.done.createdSeveral({ created: made, mapped: joined }), { changeIds, onUndone: () => onCreated(chosen) })
    if (failed !== null) return setProblem(byTool.problems.partly({ done: results.length, total: chosen.length, message: failed }))
    onClose()
  }

  return (
    <Modal opened onClose={onClose} title={<strong>{text.title(ids.length)}</strong>} size={720}>
      {wrong !== null && <p className={styles.banner} role="alert">{wrong}</p>}
      {!would && <p className={styles.soft} role="status"><Loader size="xs" mr={8} />{text.checking}</p>}
      {would && (
        <div className={styles.outcomes} role="group" aria-label={text.title(ids.length)} tabIndex={0}>
          <Outcome title={text.creates(created.length)} results={created} note={() => null} />
          <Outcome title={text.maps(mapped.length)} results={mapped} note={({ organization }) => organization && text.mapsTo(organization.name)} />
          <Outcome title={text.similar(similar.length)} results={similar} warn note={({ organization }) => organization && text.similarTo(organization.name)}
            ticked={ticked} onTick={(id, on) => setTicked((before) => {
              const next = new Set(before)
              next[on ? 'add' : 'delete'](id)
              return next
            })} />
          <Outcome title={text.skips(skipped.length)} results={skipped} note={({ outcome }) => text.skipped[outcome] ?? null} />
        </div>
      )}
      <p className={styles.soft}>
        {would && would.remaining !== null && text.left(Math.max(0, would.remaining - (chosen.length - mapped.length)))}
      </p>
      <Group justify="flex-end" mt="md">
        {done !== null && <span className={styles.soft} role="status">{lists.selection.progress({ done, total: chosen.length })}</span>}
        <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
        <Button loading={done !== null} disabled={chosen.length === 0 || would?.problem !== null} onClick={() => void submit()}>
          {text.submit({ created: chosen.length - mapped.length, mapped: mapped.length })}
        </Button>
      </Group>
    </Modal>
  )
}

interface OutcomeProps {
  title: string
  results: readonly CreateResult[]
  note: (result: CreateResult) => string | null
  warn?: boolean
  ticked?: ReadonlySet<string>
  onTick?: (id: string, on: boolean) => void
}

function Outcome({ title, results, note, warn, ticked, onTick }: OutcomeProps) {
  if (results.length === 0) return null
  return (
    <section aria-label={title}>
      <h3 className={styles.outcomeHead} data-warn={warn || undefined}>{title}</h3>
      <ul className={styles.outcome}>
        {results.map((result) => {
          const { id, name } = result.externalOrg
          return (
            <li key={id}>
              {onTick ? <Checkbox size="xs" label={name} aria-label={text.createAnyway(name)} checked={ticked?.has(id) ?? false} onChange={(event) => onTick(id, event.currentTarget.checked)} /> : <span>{name}</span>}
              <span className={styles.soft}>{note(result)}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
