import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

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
  const scroller = useRef<HTMLDivElement>(null)
  const focusWanted = useRef<number | null>(null)
  const [active, setActive] = useState<number | null>(null) // the line
  const found = rows.findIndex(({ line }) => line === active)
  const at = Math.max(0, found)
  const keep = useCallback((range: Range) => {
    const indexes = defaultRangeExtractor(range)
    return indexes.includes(at) || at >= range.count ? indexes : [...indexes, at].sort((a, b) => a - b)
  }, [at])
  const virtualizer = useVirtualizer({
    count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, getItemKey: (index) => rows[index]?.line ?? index,
    overscan: 8, rangeExtractor: keep, scrollPaddingStart: 40,
  })
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
  }, [name])

  const elementOf = (line: number) => scroller.current?.querySelector<HTMLElement>(`[data-row="${line}"]`) ?? null
  useLayoutEffect(() => {
    if (focusWanted.current === null) return
    const element = elementOf(focusWanted.current)
    if (!element) return
    focusWanted.current = null
    element.focus({ preventScroll: true })
  })
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!row) return
    focusWanted.current = row.line
    setActive(row.line)
    virtualizer.scrollToIndex(rows.indexOf(row))
    const element = elementOf(row.line)
    if (element && document.activeElement !== element) element.focus({ preventScroll: true })
  }
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
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }
    const to = moves[key]
    if (to !== undefined) go(to)
    else if (key === ' ') {
      if (editable && !event.repeat) toggle(row)
    } else if (key === 'Enter') target.querySelector<HTMLElement>('button')?.focus()
    else return
    event.preventDefault()
  }
  const select = useCallback((line: number, choice: Choice | undefined) => onChoose(line, choice), [onChoose])
  const focus = useCallback((line: number) => setActive(line), [])

  return (
    <div ref={scroller} className={styles.scroller} role="grid" aria-label={text.label} aria-rowcount={rows.length + 1} aria-multiselectable={editable || undefined} onKeyDown={onKeyDown}>
      <div className={styles.header} role="row" aria-rowindex={1}>
        <div role="columnheader" className={styles.box}>{editable && <All rows={forAll} choices={choices} label={text.all({ filter, rows: forAll.length })} onChange={onChooseAll} />}</div>
        <div role="columnheader" className={styles.line}>{text.line}</div>
        <div role="columnheader">{text.organization}</div>
        <div role="columnheader">{text.outcome}</div>
        <div role="columnheader">{text.explanation}</div>
      </div>
      <div role="rowgroup" className={styles.rows} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const choice = choices.get(row.line)
          return (
            <PlanRow key={row.line} row={row} index={item.index} top={item.start} headers={headers} choice={choice} blocked={choice === undefined && exceedsLimit(row, names, remaining)}
              changed={changed.has(row.line)} active={at === item.index} editable={editable} measure={virtualizer.measureElement} onChoose={select} onFocus={focus} />
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
