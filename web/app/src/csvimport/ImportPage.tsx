import { Button } from '@mantine/core'
import { type DragEvent, useEffect, useMemo, useState } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery, type Viewer } from '../api/documents'
import { onChange } from '../api/live'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { useRetryOnReconnect } from '../ui/useRetryOnReconnect'
import { words } from '../words'
import { csvImport as text } from '../words/csvImport'
import { ApplyBar } from './ApplyBar'
import { ColumnsPanel } from './ColumnsPanel'
import { CsvImport, isWhole, type State } from './CsvImport'
import styles from './CsvImport.module.css'
import { Done } from './Done'
import { FilePanel } from './FilePanel'
import { Filters } from './Filters'
import { Help } from './Help'
import { readPage } from './planning'
import { downloadProblems } from './problems'
import { RowGrid } from './RowGrid'
import { created, type Filter, shown, together } from './rows'

/** Imports organizations and mappings from a CSV file, after showing what each row would do. */
export function ImportPage({ viewer }: { viewer: Viewer }) {
  const [{ data }] = useQuery({ query: IntegrationsQuery })
  const integrations = useMemo(() => data?.integrations ?? [], [data])
  const [importing] = useState(() => new CsvImport(readPage))
  const state = useStore(importing.state)
  const [dragging, setDragging] = useState(false)
  useEffect(() => {
    const stop = onChange((change) => importing.follow(change))
    return () => {
      stop()
      importing.stop()
    }
  }, [importing])
  useRetryOnReconnect(state.problem, () => void importing.update())
  const editable = viewer.role !== 'VIEWER'
  const { file, plan, done } = state

  const drag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault() // otherwise the browser opens the file instead of the page
    setDragging(true)
  }
  const drop = (event: DragEvent) => {
    setDragging(false)
    const [dropped] = event.dataTransfer.files
    if (!dropped) return
    event.preventDefault()
    if (!state.applying) void importing.open(dropped)
  }
  return (
    <div className={styles.page} data-dragging={dragging || undefined} onDragOver={drag} onDrop={drop} onDragLeave={({ currentTarget, relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setDragging(false)
    }}>
      <div className={styles.top}>
        <Steps state={state} />
        <span className={styles.soft}>{done ? null : editable ? text.nothingSaved : text.viewOnly}</span>
      </div>
      <div className={styles.body} data-empty={file === null || undefined}>
        <div className={styles.side}>
          <FilePanel state={state} onOpen={(opened) => void importing.open(opened)} />
          {plan?.head && done === null && <ColumnsPanel key={file?.name} columns={plan.head.columns} integrations={integrations} disabled={state.applying} onRead={(choice) => void importing.readColumn(choice)} />}
          <Help />
        </div>
        {file !== null && (
          <div className={styles.preview}>
            {done ? <Done done={done} onAnother={() => importing.reset()} /> : <Preview importing={importing} state={state} editable={editable} />}
          </div>
        )}
      </div>
      {plan !== null && plan.errors.length === 0 && done === null && <ApplyBar state={state} editable={editable} onApply={() => void importing.apply()} onCancel={() => importing.reset()} />}
    </div>
  )
}

const steps = ['file', 'columns', 'preview', 'apply'] as const

/** Shows how far the import is. */
function Steps({ state: { plan, file, done, applying } }: { state: State }) {
  let at = 0
  if (file !== null && plan !== null) at = plan.errors.length > 0 ? 1 : 2
  if (applying) at = 3
  if (done) at = steps.length
  return (
    <ol className={styles.steps} aria-label={text.steps.label}>
      {steps.map((step, index) => (
        <li key={step} data-done={index < at || undefined} aria-current={index === at ? 'step' : undefined}>
          <span className={styles.number} aria-hidden="true">{index < at ? <Icon name="check" size={12} /> : index + 1}</span>
          {text.steps[step]}
          {index < at && <span className={styles.hidden}>{text.steps.done}</span>}
        </li>
      ))}
    </ol>
  )
}

function Preview({ importing, state, editable }: { importing: CsvImport; state: State; editable: boolean }) {
  const { plan, loading, problem, choices, changed, stale, refusal, applying } = state
  const [wanted, setFilter] = useState<Filter>('ALL')
  const filter = wanted === 'CHANGED' && changed.size === 0 ? 'ALL' : wanted
  const head = plan?.head ?? null
  const rows = useMemo(() => shown(plan?.rows ?? [], filter, changed), [plan, filter, changed])
  const names = useMemo(() => created(plan?.rows ?? [], choices), [plan, choices])
  const forAll = useMemo(() => together(rows, filter), [rows, filter])
  const counts = useMemo(() => new Map(head?.counts.map(({ outcome, count }) => [outcome, count])), [head])
  const whole = plan !== null && isWhole(plan)
  const cannot = counts.get('CANNOT_APPLY') ?? 0
  return (
    <>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          <Icon name="warn" /> <span>{problem}</span> {!importing.isRefused() && <Button size="compact-sm" variant="default" onClick={() => void importing.update()}>{words.common.tryAgain}</Button>}
        </p>
      )}
      {plan?.errors.map((error) => <p key={error} className={styles.problem} role="alert"><Icon name="warn" /> <span>{error}</span></p>)}
      {refusal !== null && <p className={styles.problem} role="alert"><Icon name="warn" /> <span>{refusal}{!loading && changed.size > 0 && ` ${text.changedRows(changed.size)}`}</span></p>}
      <div role="status" className={styles.announced}>
        {stale && (
          <p className={styles.stale}>
            <Icon name="refresh" /> {text.stale} <Button size="compact-sm" variant="default" disabled={applying} onClick={() => void importing.update()}>{text.update}</Button>
          </p>
        )}
      </div>
      {plan !== null && plan.errors.length === 0 && head !== null && (
        <>
          <div className={styles.tools}>
            <Filters filter={filter} counts={counts} total={head.rowCount} changed={changed.size} onChange={setFilter} />
            {cannot > 0 && whole && <Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => downloadProblems(state)}>{text.problems.download}</Button>}
          </div>
          <RowGrid name={filter} rows={rows} total={head.rowCount} headers={head.columns.map(({ header }) => header)} choices={choices} names={names} remaining={head.remaining} changed={changed}
            editable={editable && !applying} forAll={forAll} filter={filter}
            onChoose={(line, choice) => importing.choose(line, choice)} onChooseAll={(on) => importing.chooseAll(forAll, on)} />
          <p className={styles.foot}>
            <span role="status">
              {whole || !loading ? text.list.showing({ shown: rows.length, total: head.rowCount }) : text.list.reading({ read: plan.rows.length, total: head.rowCount })}
              {changed.size > 0 && <>{words.common.separator}{text.changedRows(changed.size)}</>}
            </span>
            <span className={styles.keys}>{text.list.keys}</span>
          </p>
        </>
      )}
      {loading && (plan === null || plan.errors.length > 0) && <p className={styles.waiting} role="status">{text.list.planning}</p>}
    </>
  )
}
