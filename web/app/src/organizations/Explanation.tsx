import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

import { request } from '../api/client'
import { ExplainSuggestion, type Explanation as Details, type GridRow, type Integration, type Suggestion } from '../api/documents'
import { useStore } from '../ui/store'
import { words } from '../words'
import type { GridActions } from './actions'
import { explained, hideExplanation, keepExplanation } from './explaining'
import { ghostsOf, rejected } from './suggestions'
import styles from './Suggestions.module.css'
import { TierMark } from './TierMark'
import { usePosition } from './usePosition'
import { staged } from './workspace'

const text = words.suggestions.explanation

interface Props {
  integrations: readonly Integration[]
  editable: boolean
  row: (organizationId: string) => GridRow | undefined
  cell: (organizationId: string, integrationId: string) => HTMLElement | null
  actions: GridActions
}

/** Why the organization of the focused or hovered cell is suggested. The focus stays in the cell, whose keys accept and reject. */
export function Explanation({ integrations, row, ...rest }: Props) {
  const shown = useStore(explained)
  const all = useStore(staged)
  const hidden = useStore(rejected)
  useEffect(() => () => hideExplanation('once'), [])
  const organization = shown && row(shown.organizationId)
  const integration = integrations.find(({ id }) => id === shown?.integrationId)
  if (!organization || !integration) return null
  const [best, ...others] = ghostsOf(organization, integration.id, all, hidden)
  if (!best) return null
  return <Shown key={`${organization.id} ${best.externalOrg.id}`} {...{ organization, integration, others }} suggestion={best} {...rest} />
}

interface ShownProps extends Pick<Props, 'editable' | 'cell' | 'actions'> {
  organization: GridRow
  integration: Integration
  suggestion: Suggestion
  others: readonly Suggestion[]
}

function Shown({ organization, integration, suggestion, others, editable, cell, actions }: ShownProps) {
  const { tier, externalOrg } = suggestion
  const position = usePosition(() => cell(organization.id, integration.id), () => hideExplanation('once'))
  const details = useDetails(externalOrg.id)
  const act = (what: () => void) => () => {
    hideExplanation('once')
    cell(organization.id, integration.id)?.focus()
    what()
  }
  return createPortal(
    <div className={styles.explanation} style={position} role="group"
      aria-label={text.label({ external: externalOrg.name, organization: organization.name })}
      onPointerEnter={keepExplanation} onPointerLeave={() => hideExplanation('soon')} onFocus={keepExplanation} onBlur={() => hideExplanation('soon')}
      onKeyDown={({ key }) => { if (key === 'Escape') act(() => undefined)() }}>
      <div className={styles.explanationBody}>
        <div className={styles.explanationHead}>
          <TierMark tier={tier} />
          <span>{text.of({ tier, integration: integration.name, id: details?.remoteId ?? words.common.none })}</span>
        </div>
        <p className={styles.claim}>{text.claim({ external: externalOrg.name, organization: organization.name, tier })}</p>
        {details === undefined ? <p className={styles.notes}>{words.common.loading}</p> : <Reasons details={details} organizationId={organization.id} />}
        {others.length > 0 && <p className={styles.notes}>{text.more(others.length)}{words.common.separator}{others.map((one) => one.externalOrg.name).join(', ')}</p>}
      </div>
      {editable && (
        <div className={styles.explanationFoot}>
          <Button onClick={act(() => actions.accept(organization, suggestion))} rightSection={<Key name={text.acceptKey} />}>{text.accept}</Button>
          <Button variant="default" onClick={act(() => actions.reject(organization, suggestion))} rightSection={<Key name={text.rejectKey} />}>{text.reject}</Button>
          <Button variant="subtle" onClick={act(() => actions.openCell(organization, integration))}>{text.another}</Button>
        </div>
      )}
    </div>,
    document.getElementById('lists') ?? document.body,
  )
}

const Key = ({ name }: { name: string }) => <kbd className={styles.key} aria-hidden="true">{name}</kbd>

function Reasons({ details, organizationId }: { details: Details | null; organizationId: string }) {
  const suggestion = details?.suggestion
  if (!suggestion || suggestion.organization.id !== organizationId) return <p className={styles.notes}>{text.gone}</p>
  const place = text.place(details)
  return (
    <>
      <dl className={styles.reasons} aria-label={text.reasons}>
        {suggestion.signals.map(({ kind, weight, explanation }, at) => (
          <Reason key={`${kind} ${at}`} name={explanation} value={text.weight(weight)} />
        ))}
        <Reason total name={text.total} value={text.weight(suggestion.score)} />
      </dl>
      {suggestion.warnings.length > 0 && <ul className={styles.warnings}>{suggestion.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>}
      <p className={styles.notes}>
        {suggestion.margin === null ? text.nothingElse : text.aheadOfNext(suggestion.margin)}
        {place !== '' && <><br />{place}</>}
      </p>
    </>
  )
}

function Reason({ name, value, total }: { name: string; value: string; total?: boolean }) {
  return (
    <>
      <dt data-total={total}>{name}</dt>
      <dd data-total={total}>{value}</dd>
    </>
  )
}

/** Reads the details of a suggestion: undefined while reading, null if there are none. */
function useDetails(externalOrgId: string): Details | null | undefined {
  const [details, setDetails] = useState<Details | null | undefined>(undefined)
  useEffect(() => {
    let current = true
    void request('query', ExplainSuggestion, { id: externalOrgId }).then(({ data }) => {
      if (current) setDetails(data?.node?.__typename === 'ExternalOrg' ? data.node : null)
    })
    return () => {
      current = false
    }
  }, [externalOrgId])
  return details
}
