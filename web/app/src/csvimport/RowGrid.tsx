import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { useRowGrid } from '../live/useRowGrid'
import { csvImport } from '../words/csvImport'
import styles from './CsvImport.module.css'
import type { CsvRow } from './documents'
import { PlanRow } from './PlanRow'
import { type Choice, type Choices, exceedsLimit, type Filter, isApplicable } from './rows'

const text = csvImport.list
const rowHeight = 41 // before it has been measured

interface Props {
  /** Changes when another list is shown. */
  name: string
  rows: readonly CsvRow[]
  total: number
  /** The headers of the file. */
  headers: readonly string[]
  choices: Choices
  /** The names of the organizations that the choices create. */
  names: ReadonlySet<string>
  remaining: number | null
  changed: ReadonlySet<number>
  editable: boolean
  filter: Filter
  /** The rows that one tick selects. */
  forAll: readonly CsvRow[]
  onChoose: (line: number, choice: Choice | undefined) => void
  onChooseAll: (on: boolean) => void
}

/** The rows of the file with what they do. Only those on the screen and the focused one are in the DOM. */
export function RowGrid({ name, rows, total, headers, choices, names, remaining, changed, editable, filter, forAll, onChoose, onChooseAll }: Props) {
  const [active, setActive] = useState<string | null>(null)
  const ids = useMemo(() => rows.map(({ line }) => String(line)), [rows])
  const { scroller, items, height, measure, at, go, move } = useRowGrid({ page: 'import', name, ids, active, rowHeight, onFocus: setActive })

  const toggle = (row: CsvRow) => {
    if (choices.has(row.line)) onChoose(row.line, undefined)
    else if (isApplicable(row) && !exceedsLimit(row, names, remaining)) onChoose(row.line, 'apply')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event
    if (event.altKey || event.ctrlKey || event.metaKey || !(target instanceof HTMLElement)) return
    const row = rows[at]
    if (!row || !target.closest('[data-row]')) return
    if (!target.matches('[data-row]')) {
      if (key !== 'Escape') return
      event.preventDefault()
      return go(at)
    }
    if (move(event)) return event.preventDefault()
    if (key === ' ') {
      if (editable && !event.repeat) toggle(row)
    } else if (key === 'Enter') target.querySelector<HTMLElement>('button')?.focus()
    else return
    event.preventDefault()
  }
  const select = useCallback((line: number, choice: Choice | undefined) => onChoose(line, choice), [onChoose])
  const focus = useCallback((line: number) => setActive(String(line)), [])

  return (
    <div ref={scroller} className={styles.scroller} role="grid" aria-label={text.label} aria-rowcount={rows.length + 1} aria-multiselectable={editable || undefined} onKeyDown={onKeyDown}>
      <div className={styles.header} role="row" aria-rowindex={1}>
        <div role="columnheader" className={styles.box}>{editable && <All rows={forAll} choices={choices} label={text.all({ filter, rows: forAll.length })} onChange={onChooseAll} />}</div>
        <div role="columnheader" className={styles.line}>{text.line}</div>
        <div role="columnheader">{text.organization}</div>
        <div role="columnheader">{text.outcome}</div>
        <div role="columnheader">{text.explanation}</div>
      </div>
      <div role="rowgroup" className={styles.rows} style={{ height }}>
        {items.map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const choice = choices.get(row.line)
          return (
            <PlanRow key={row.line} row={row} index={item.index} top={item.start} headers={headers} choice={choice} blocked={choice === undefined && exceedsLimit(row, names, remaining)}
              changed={changed.has(row.line)} active={at === item.index} editable={editable} measure={measure} onChoose={select} onFocus={focus} />
          )
        })}
      </div>
      {rows.length === 0 && <p className={styles.empty}>{total === 0 ? text.emptyFile : text.empty}</p>}
    </div>
  )
}

interface AllProps {
  rows: readonly CsvRow[]
  choices: Choices
  label: string
  onChange: (on: boolean) => void
}

/** Selects all rows that are shown and can be selected together. */
function All({ rows, choices, label, onChange }: AllProps) {
  const box = useRef<HTMLInputElement>(null)
  const chosen = rows.reduce((n, { line }) => n + (choices.has(line) ? 1 : 0), 0)
  const every = rows.length > 0 && chosen === rows.length
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen > 0 && !every
  }, [chosen, every])
  return (
    <label className={styles.all} title={label}>
      <input ref={box} type="checkbox" aria-label={label} checked={every} disabled={rows.length === 0} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span className={styles.allWord} aria-hidden="true">{label}</span>
    </label>
  )
}
