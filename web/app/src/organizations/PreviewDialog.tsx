import { Button, Loader, Modal } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'

import type { SuggestionPreview } from '../api/documents'
import { onChange } from '../api/live'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { accept, preview } from './accepting'
import { byTier, type Found, mainReasons, maxAccepted, type PreviewRow, tickedBeforehand } from './suggestions'
import styles from './Suggestions.module.css'
import { TierMark } from './TierMark'

const text = words.suggestions.preview

interface Props {
  title: string
  /** Finds the suggestions, or returns an error message. Called once. */
  find: () => Promise<Found | string>
  /** How many columns are left out because they are hidden. */
  hiddenColumns?: number
  columnName: (integrationId: string) => string
  onAccepted: () => void
  onClose: () => void
}

/** What accepting suggestions together would do, tier by tier, with a choice for each. */
export function PreviewDialog({ title, find, hiddenColumns = 0, columnName, onAccepted, onClose }: Props) {
  const [found, setFound] = useState<Found | null>(null)
  const [shown, setShown] = useState<SuggestionPreview | null>(null)
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [changed, setChanged] = useState<ReadonlyMap<string, string>>(new Map())
  const [problem, setProblem] = useState<string | null>(null)
  const [accepting, setAccepting] = useState(false)
  const [asked] = useState(() => find) // for what was visible when the dialog opened

  useEffect(() => {
    let current = true
    const read = async () => {
      const result = await asked()
      if (!current) return
      if (typeof result === 'string') return setProblem(result)
      const first = result.ids.length === 0 ? empty : await preview(result.ids)
      if (!current) return
      if (typeof first === 'string') return setProblem(first)
      setFound(result)
      setShown(first)
      setTicked(new Set(first.rows.filter(tickedBeforehand).map(({ externalOrg }) => externalOrg.id)))
    }
    void read()
    return () => {
      current = false
    }
  }, [asked])

  const latest = useRef({ found, shown })
  useEffect(() => {
    latest.current = { found, shown }
  })
  useEffect(() => onChange((change) => {
    const { found, shown } = latest.current
    if (!found || !shown || change.__typename !== 'IntegrationsChanged') return
    const touched = change.externalOrgs && new Set(change.externalOrgs.map(({ id }) => id))
    if (touched && !shown.rows.some(({ externalOrg }) => touched.has(externalOrg.id))) return
    // A refresh renamed or removed what is shown here.
    void preview(found.ids).then((again) => typeof again !== 'string' && setShown(again))
  }), [])

  const rows = shown?.rows ?? []
  const chosen = rows.filter(({ externalOrg }) => ticked.has(externalOrg.id)).map(({ externalOrg }) => externalOrg.id)
  const tick = (ids: readonly string[], on: boolean) => setTicked((before) => {
    const next = new Set(before)
    for (const id of ids) next[on ? 'add' : 'delete'](id)
    return next
  })

  const submit = async () => {
    if (!shown || !found) return
    setAccepting(true)
    setProblem(null)
    const result = await accept(shown.hash, chosen)
    if (result.kind === 'done') {
      onAccepted()
      return onClose()
    }
    if (result.kind === 'changed') {
      const again = await preview(found.ids)
      if (typeof again === 'string') setProblem(again)
      else {
        setChanged(result.reasons)
        tick([...result.reasons.keys()], false)
        setShown(again)
      }
    } else setProblem(result.message)
    setAccepting(false)
  }

  return (
    <Modal opened onClose={onClose} title={<strong>{title}</strong>} size={1060}>
      {problem !== null && <p className={styles.banner} role="alert">{problem}</p>}
      {changed.size > 0 && shown && <Changed shown={shown} changed={changed} />}
      {!shown && problem === null && <p className={styles.notes} role="status"><Loader size="xs" mr={8} />{text.finding}</p>}
      {shown && found && (
        <>
          {rows.length === 0
            ? <p className={styles.notes} role="status">{text.none}</p>
            : <p className={styles.notes}>{text.intro({ suggestions: rows.length, organizations: new Set(rows.map(({ organization }) => organization.id)).size })}</p>}
          {found.capped && <p className={styles.notes}>{text.capped(maxAccepted)}</p>}
          {hiddenColumns > 0 && <p className={styles.notes}>{words.columns.leftOut(hiddenColumns)}</p>}
          {found.unsaved > 0 && <p className={styles.notes}>{text.unsaved(found.unsaved)}</p>}
          {rows.length > 0 && (
            <div className={styles.groups} role="group" aria-label={text.list} tabIndex={0}>
              {byTier(rows).map((group) => (
                <Group key={group.tier} {...group} {...{ ticked, changed, columnName }} onTick={tick} />
              ))}
            </div>
          )}
          {shown.leftOut.length > 0 && (
            <details className={styles.leftOut}>
              <summary>{text.leftOut(shown.leftOut.length)}</summary>
              <ul>
                {shown.leftOut.map(({ externalOrg, reason }) => (
                  <li key={externalOrg.id}><strong>{externalOrg.name}</strong> <span className={styles.soft}>{columnName(externalOrg.integration.id)}{words.common.separator}{reason}</span></li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      <div className={styles.previewFoot}>
        <span role="status">{shown && rows.length > 0 && text.selected({ selected: chosen.length, total: rows.length })}</span>
        <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
        <Button disabled={chosen.length === 0} loading={accepting} onClick={() => void submit()}>{text.accept(chosen.length)}</Button>
      </div>
    </Modal>
  )
}

const empty: SuggestionPreview = { hash: '', rows: [], leftOut: [], userErrors: [] }

/** What has changed since the preview. Suggestions that no longer exist are only listed here. */
function Changed({ shown, changed }: { shown: SuggestionPreview; changed: ReadonlyMap<string, string> }) {
  const there = new Set(shown.rows.map(({ externalOrg }) => externalOrg.id))
  const gone = [...changed].filter(([id]) => !there.has(id))
  return (
    <div className={styles.banner} role="alert">
      <strong>{text.changed(changed.size)}</strong> {text.changedHint}
      {gone.length > 0 && <ul>{gone.map(([id, reason]) => <li key={id}>{reason}</li>)}</ul>}
    </div>
  )
}

interface GroupProps {
  tier: PreviewRow['tier']
  rows: readonly PreviewRow[]
  ticked: ReadonlySet<string>
  changed: ReadonlyMap<string, string>
  columnName: (integrationId: string) => string
  onTick: (ids: readonly string[], on: boolean) => void
}

function Group({ tier, rows, ticked, changed, columnName, onTick }: GroupProps) {
  const ids = rows.map(({ externalOrg }) => externalOrg.id)
  const selected = ids.filter((id) => ticked.has(id)).length
  const id = useId()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = selected > 0 && selected < rows.length
  }, [selected, rows.length])
  return (
    <section aria-labelledby={id}>
      <div className={styles.groupHead}>
        <input ref={box} type="checkbox" aria-label={text.group(tier)} checked={selected === rows.length} onChange={(event) => onTick(ids, event.currentTarget.checked)} />
        <TierMark tier={tier} />
        <strong id={id}>{words.suggestions.tiers[tier]}</strong>
        <span className={styles.soft}>{words.suggestions.meanings[tier]}</span>
        <span className={styles.soft}>{text.selected({ selected, total: rows.length })}</span>
      </div>
      <ul className={styles.group}>
        {rows.map((row) => (
          <PreviewLine key={row.externalOrg.id} row={row} ticked={ticked.has(row.externalOrg.id)} changed={changed.get(row.externalOrg.id)}
            integration={columnName(row.externalOrg.integration.id)} onTick={(on) => onTick([row.externalOrg.id], on)} />
        ))}
      </ul>
    </section>
  )
}

interface LineProps {
  row: PreviewRow
  ticked: boolean
  changed: string | undefined
  integration: string
  onTick: (on: boolean) => void
}

function PreviewLine({ row, ticked, changed, integration, onTick }: LineProps) {
  const { externalOrg, organization, warnings, signals } = row
  const id = useId()
  return (
    <li className={styles.previewRow} data-changed={changed !== undefined || undefined}>
      <input id={id} type="checkbox" checked={ticked} onChange={(event) => onTick(event.currentTarget.checked)}
        aria-label={text.row({ external: externalOrg.name, integration, organization: organization.name })} />
      <label htmlFor={id}>{externalOrg.name}</label>
      <span className={styles.soft}>{integration}</span>
      <span>{organization.name}</span>
      {changed !== undefined || warnings.length > 0
        ? <span className={styles.warn}><Icon name="warn" size={12} /> {changed ?? warnings.join(' ')}</span>
        : <span className={`${styles.soft} ${styles.mainReasons}`}>{mainReasons(signals).join(words.common.separator)}</span>}
    </li>
  )
}
