import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'

import { request } from '../api/client'
import { ExplainSuggestion, type Explanation as Details, type Tier } from '../api/documents'
import { words } from '../words'
import styles from './Suggestions.module.css'
import { TierMark } from './TierMark'
import { usePosition } from './usePosition'

const text = words.suggestions.explanation

interface Props {
  suggestion: { tier: Tier; externalOrg: { id: string; name: string } }
  organization: { id: string; name: string }
  /** The integration's name. */
  integration: string
  /** Further suggestions for the same cell. */
  others: readonly { externalOrg: { name: string } }[]
  /** The element that the card stands beside; null once it has scrolled off the screen. */
  anchor: () => HTMLElement | null
  /** What the buttons do; null if the user may not change anything. */
  decide: { accept: () => void; reject: () => void; another: () => void } | null
  onEnter?: () => void
  onLeave?: () => void
  onGone: () => void
  onClose: () => void
}

/** Why an external organization is suggested for an organization. The focus stays where it is, and the keys there accept and reject. */
export function ExplanationCard({ suggestion: { tier, externalOrg }, organization, integration, others, anchor, decide, onEnter, onLeave, onGone, onClose }: Props) {
  const position = usePosition(anchor, onGone)
  const details = useDetails(externalOrg.id)
  return createPortal(
    <div className={styles.explanation} style={position} role="group"
      aria-label={text.label({ external: externalOrg.name, organization: organization.name })}
      onPointerEnter={onEnter} onPointerLeave={onLeave} onFocus={onEnter} onBlur={onLeave}
      onKeyDown={({ key }) => { if (key === 'Escape') onClose() }}>
      <div className={styles.explanationBody}>
        <div className={styles.explanationHead}>
          <TierMark tier={tier} />
          <span>{text.of({ tier, integration, id: details?.remoteId ?? words.common.none })}</span>
        </div>
        <p className={styles.claim}>{text.claim({ external: externalOrg.name, organization: organization.name, tier })}</p>
        {details === undefined ? <p className={styles.notes}>{words.common.loading}</p> : <Reasons details={details} organizationId={organization.id} />}
        {others.length > 0 && <p className={styles.notes}>{text.more(others.length)}{words.common.separator}{others.map((one) => one.externalOrg.name).join(', ')}</p>}
      </div>
      {decide && (
        <div className={styles.explanationFoot}>
          <Button onClick={decide.accept} rightSection={<Key name={text.acceptKey} />}>{text.accept}</Button>
          <Button variant="default" onClick={decide.reject} rightSection={<Key name={text.rejectKey} />}>{text.reject}</Button>
          <Button variant="subtle" onClick={decide.another}>{text.another}</Button>
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
