import { Button } from '@mantine/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { request } from '../api/client'
import { onChange } from '../api/live'
import { fieldOf } from '../asof/moments'
import { toAddress } from '../asof/view'
import { follow } from '../router'
import { Icon } from '../ui/Icon'
import { words } from '../words'
import { history } from '../words/history'
import { type Change, ChangeEdits, type Edit } from './documents'
import { Edits } from './Edits'
import { keyOf, rowOf } from './editRows'
import styles from './History.module.css'
import { offerUndo } from './offering'
import { type Preview, sumOf } from './preview'
import { isPermanent, standingOf } from './standing'
import { carryOut, previewOf } from './undoing'
import { UndoPanel } from './UndoPanel'

const firstShown = 20 // edits
const step = 100 // edits
const debounceTime = 250 // milliseconds after the last change before the preview is read again

interface Props {
  change: Change
  editable: boolean
  historyBegins: string | null
  /** Whether the button that undoes takes the focus as soon as it is there. */
  undoing: boolean
  onClose: () => void
}

/** What a change did, and beside it what undoing it would do now. */
export function Details({ change, editable, historyBegins, undoing, onClose }: Props) {
  const { state, target } = standingOf(change)
  const permanent = isPermanent(change)
  const { edits, total, loading, problem, more } = useEdits(change.id)
  const { preview, problem: unread, changed, show, read } = usePreview(permanent ? null : target)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const redoes = state === 'undone'
  const sum = useMemo(() => preview && sumOf(preview), [preview])
  const skipped = useMemo(() => new Set(sum?.skipped.map(({ edit }) => keyOf(edit)) ?? []), [sum])
  const rows = useMemo(() => edits.map(rowOf), [edits])
  const panel = useRef<HTMLElement>(null)
  const focused = useRef(false)
  useEffect(() => {
    if (!undoing || !preview || focused.current) return
    focused.current = true
    panel.current?.querySelector('button')?.focus()
  }, [undoing, preview])

  const undo = async () => {
    if (!preview) return
    setBusy(true)
    setFailed(null)
    const outcome = await carryOut({ changeIds: [target], redoes }, preview, offerUndo)
    setBusy(false)
    if (outcome.kind === 'done') onClose()
    else if (outcome.kind === 'changed') show(outcome.preview, true)
    else setFailed(outcome.message)
  }

  return (
    <div className={styles.details}>
      <div className={styles.what}>
        {change.incomplete !== null && <p className={styles.note}>{change.incomplete}</p>}
        {problem !== null && <p className={styles.problem} role="alert">{problem} <Button size="compact-sm" variant="default" onClick={more}>{words.common.tryAgain}</Button></p>}
        {total === null ? problem === null && <p className={styles.soft}>{words.common.loading}</p>
          : <Edits rows={rows} total={total} skipped={skipped} loading={loading} onMore={more} />}
        {(historyBegins === null || Date.parse(change.at) >= Date.parse(historyBegins)) && <AsOfLink at={change.at} />}
      </div>
      {!permanent && (
        <section ref={panel} className={styles.panel} aria-label={history.undo.label}>
          {unread !== null && <p className={styles.problem} role="alert">{unread} <Button size="compact-sm" variant="default" onClick={() => void read()}>{words.common.tryAgain}</Button></p>}
          {!sum && unread === null && <p className={styles.soft} role="status">{history.undo.reading}</p>}
          {sum && <UndoPanel {...{ sum, redoes, changed, busy, editable }} problem={failed} onUndo={() => void undo()} onCancel={onClose} />}
          {sum && !editable && <p className={styles.soft}>{history.undo.viewOnly}</p>}
        </section>
      )}
    </div>
  )
}

/** Leads to the grid as the change left it. */
function AsOfLink({ at }: { at: string }) {
  // JavaScript dates drop microseconds, so the moment would be before the change.
  const search = toAddress({ at: fieldOf(new Date(Date.parse(at) + 1)), search: '' })
  return <a className={styles.asOf} href={`/as-of${search}`} onClick={(event) => follow(event, '/as-of', search)}><Icon name="clock" size={14} />{history.entry.asOf}</a>
}

/** Returns a change's edits, read page by page. */
function useEdits(id: string) {
  const [read, setRead] = useState<{ edits: readonly Edit[]; total: number | null; cursor: string | null; loading: boolean; problem: string | null }>(
    { edits: [], total: null, cursor: null, loading: true, problem: null })
  const current = useRef(true)
  const next = useCallback(async (after: string | null) => {
    setRead((before) => ({ ...before, loading: true, problem: null }))
    const { data, problem } = await request('query', ChangeEdits, { id, first: after === null ? firstShown : step, after })
    if (!current.current) return
    const node = data?.node
    if (node?.__typename !== 'Change') return setRead((before) => ({ ...before, loading: false, problem: problem ?? history.undo.gone }))
    const { nodes, totalCount, pageInfo } = node.edits
    setRead((before) => ({ edits: after === null ? nodes : [...before.edits, ...nodes], total: totalCount, cursor: pageInfo.endCursor, loading: false, problem: null }))
  }, [id])
  useEffect(() => {
    current.current = true
    void next(null)
    return () => {
      current.current = false
    }
  }, [next])
  return { ...read, more: () => void next(read.cursor) }
}

interface Shown {
  preview: Preview | null
  problem: string | null
  changed: boolean
}

/** Returns what undoing a change would do, kept up to date; null: nothing is asked. */
function usePreview(target: string | null) {
  const [shown, setShown] = useState<Shown>({ preview: null, problem: null, changed: false })
  const reading = useRef(0)
  const { current: stop } = useRef(() => {
    reading.current++
  })
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const read = useCallback(async () => {
    const mine = ++reading.current
    if (target === null) return
    // One after the other: an equal query under way would be answered by an older response.
    const next = last.current.then(() => (mine === reading.current ? previewOf([target]) : null))
    last.current = next
    const result = await next
    if (result === null || mine !== reading.current) return
    setShown((before) => (typeof result === 'string' ? { ...before, problem: result } : { preview: result, problem: null, changed: before.changed }))
  }, [target])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    void read()
    const stopListening = onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void read(), debounceTime)
    })
    return () => {
      stop()
      clearTimeout(timer)
      stopListening()
    }
  }, [read, stop])
  const show = (preview: Preview, changed: boolean) => {
    stop()
    setShown({ preview, problem: null, changed })
  }
  return { ...shown, show, read }
}
