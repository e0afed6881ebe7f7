import { memo } from 'react'

import { formatNumber } from '../ui/format'
import { Icon, type IconName } from '../ui/Icon'
import { csvImport } from '../words/csvImport'
import styles from './CsvImport.module.css'
import type { CsvOutcome, CsvRow } from './documents'
import { canBeInstead, type Choice, isApplicable, isOverQuota } from './rows'

const text = csvImport.row
const mostMoves = 10 // listed for one row
const mostExplained = 5 // the server's explanation of a row leaves out what is beyond

/** Outcomes whose mark is an icon; the others have shapes, as states do everywhere. */
const icons: Partial<Record<CsvOutcome, IconName>> = { CREATES: 'plus', MAPS: 'link', CLEARS: 'close', ALREADY_SO: 'check', REPLACES: 'move' }

interface Props {
  row: CsvRow
  index: number
  top: number
  headers: readonly string[]
  choice: Choice | undefined
  /** Whether choosing the row would exceed the limit. */
  blocked: boolean
  changed: boolean
  active: boolean
  editable: boolean
  measure: (element: HTMLElement | null) => void
  onChoose: (line: number, choice: Choice | undefined) => void
  onFocus: (line: number) => void
}

/** A row of the file: where it is, what it does and why, and whether it is chosen. */
export const PlanRow = memo(function PlanRow(props: Props) {
  const { row, index, top, choice, blocked, changed, active, editable, measure, onChoose, onFocus } = props
  const { line, organizationName, outcome } = row
  const name = organizationName.trim() || text.noName
  const selected = choice !== undefined
  const icon = icons[outcome]
  return (
    <div ref={measure} className={styles.row} role="row" aria-rowindex={index + 2} data-index={index} data-row={line} data-outcome={outcome} data-changed={changed || undefined}
      data-grid-position={`${index}:0`} tabIndex={active ? 0 : -1} aria-selected={editable ? selected : undefined}
      aria-label={text.label({ line, name, outcome: csvImport.outcomes[outcome], chosen: selected ? text.chosen : '' })}
      style={{ transform: `translateY(${top}px)` }} onFocus={() => onFocus(line)}>
      <div role="gridcell" className={styles.box}>
        {isApplicable(row) && (
          <input type="checkbox" checked={selected} disabled={!editable || blocked} tabIndex={active ? 0 : -1} aria-label={text.select({ line, name })}
            onChange={(event) => onChoose(line, event.currentTarget.checked ? 'apply' : undefined)} />
        )}
      </div>
      <div role="gridcell" className={styles.line}>{formatNumber(line)}</div>
      <div role="gridcell" className={styles.name}>
        <strong>{name}</strong>
        {changed && <span className={styles.changed}>{text.changed}</span>}
      </div>
      <div role="gridcell" className={styles.outcome}>
        {icon ? <Icon name={icon} size={14} /> : <span className={styles.mark} aria-hidden="true" />}{csvImport.outcomes[outcome]}
      </div>
      <div role="gridcell" className={styles.explanation}><Explanation {...props} /></div>
    </div>
  )
})

function Explanation({ row, headers, choice, blocked, active, editable, onChoose }: Props) {
  const { line, outcome, explanation, problems, moves, organizationId, similarName } = row
  if (outcome === 'CANNOT_APPLY') {
    return (
      <>
        {problems.map(({ code, column, message }, index) => <span key={index} className={styles.reason} data-code={code}>{text.problem({ line, column: column === null ? null : headers[column] ?? null, message })}</span>)}
        {isOverQuota(row) && <span>{text.overQuota}</span>}
      </>
    )
  }
  return (
    <>
      {outcome === 'LOOKS_LIKE' ? <span className={styles.like}>{text.like(similarName)}</span> : !listsMoves(row) && <span>{explanation}</span>}
      {listsMoves(row) && (
        <>
          {outcome !== 'LOOKS_LIKE' && organizationId === null && <span>{text.creates}</span>}
          {moves.slice(0, mostMoves).map((move) => <span key={move.externalOrgId}>{text.move(move)}</span>)}
          {moves.length > mostMoves && <span className={styles.soft}>{text.moreMoves(moves.length - mostMoves)}</span>}
        </>
      )}
      {blocked && <span className={styles.soft}>{text.limitReached}</span>}
      {outcome === 'LOOKS_LIKE' && editable && (
        <span className={styles.choices}>
          {canBeInstead(row) && (
            <button type="button" className={styles.choice} tabIndex={active ? 0 : -1} aria-pressed={choice === 'instead'} aria-label={text.insteadFor({ line, organization: similarName })}
              onClick={() => onChoose(line, choice === 'instead' ? undefined : 'instead')}>{text.instead(similarName)}</button>
          )}
          <button type="button" className={styles.choice} tabIndex={active ? 0 : -1} aria-pressed={choice === 'apply'} disabled={blocked} aria-label={text.createAnywayFor(line)}
            onClick={() => onChoose(line, choice === 'apply' ? undefined : 'apply')}>{text.createAnyway}</button>
        </span>
      )}
    </>
  )
}

/** Reports whether the row says by itself what it does with each external organization: if that needs a decision, or if the explanation leaves some out. */
const listsMoves = ({ outcome, moves }: CsvRow): boolean => outcome === 'REPLACES' || outcome === 'LOOKS_LIKE' || moves.length > mostExplained
