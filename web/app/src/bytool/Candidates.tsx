import { Button } from '@mantine/core'
import { useEffect, useId, useState } from 'react'

import { request } from '../api/client'
import { words } from '../words'
import { byTool } from '../words/byTool'
import styles from './ByTool.module.css'
import { type LensRow, MappedIn } from './documents'
import type { Choice, RowActions } from './rowActions'
import { speaking } from './rows'

const text = byTool.candidates

interface Props {
  row: LensRow
  /** The integration's name. */
  tool: string
  choice: Choice
  editable: boolean
  actions: RowActions
}

/** The organizations that an external organization could be, side by side. The button is enabled once one of them is chosen. */
export function Candidates({ row, tool, choice, editable, actions }: Props) {
  const name = useId()
  const mapped = useMappedIn(row)
  const chosen = typeof choice === 'number' ? row.candidates[choice] : undefined
  return (
    <div className={styles.compare} role={editable ? 'radiogroup' : 'group'} aria-label={text.label(row.name)}>
      <div className={styles.cards}>
        {row.candidates.map(({ organization, signals }, at) => (
          <label key={organization.id} className={styles.card} data-chosen={choice === at || undefined}>
            <span className={styles.cardHead}>
              {editable && <input type="radio" name={name} checked={choice === at} onChange={() => actions.choose(row, at)} aria-label={organization.name} />}
              <strong>{organization.name}</strong>
              {editable && <kbd className={styles.key} aria-hidden="true">{at + 1}</kbd>}
            </span>
            <span className={styles.cardReasons}>
              {speaking(signals).map(({ kind, weight, explanation }, index) => (
                <span key={`${kind} ${index}`} data-against={weight < 0 || undefined}>
                  <span>{explanation}</span><span>{words.suggestions.explanation.weight(weight)}</span>
                </span>
              ))}
            </span>
            <span className={styles.soft}>{mapped === null ? words.common.loading : mappedText(tool, mapped.get(organization.id) ?? [])}</span>
          </label>
        ))}
        {editable && (
          <label className={styles.card} data-chosen={choice === 'none' || undefined}>
            <span className={styles.cardHead}>
              <input type="radio" name={name} checked={choice === 'none'} onChange={() => actions.choose(row, 'none')} aria-label={text.none} />
              <strong>{text.none}</strong>
              <kbd className={styles.key} aria-hidden="true">{0}</kbd>
            </span>
            <span className={styles.soft}>{text.noneHint}</span>
          </label>
        )}
      </div>
      {editable && (
        <Button size="compact-sm" variant={choice === null ? 'default' : 'filled'} disabled={choice === null} onClick={() => actions.decide(row)}>
          {choice === 'none' ? text.reject(row.candidates.length) : chosen ? text.map(chosen.organization.name) : text.choose}
        </Button>
      )}
    </div>
  )
}

const mappedText = (tool: string, externals: readonly string[]) => (externals.length === 0 ? text.freeHere(tool) : text.mappedHere({ tool, externals }))

/** Returns what each candidate contains in the tool; null while reading. */
function useMappedIn(row: LensRow): ReadonlyMap<string, readonly string[]> | null {
  const [mapped, setMapped] = useState<ReadonlyMap<string, readonly string[]> | null>(null)
  const key = row.candidates.map(({ organization }) => organization.id).join(' ')
  const integrationId = row.integration.id
  useEffect(() => {
    let current = true
    void request('query', MappedIn, { ids: key.split(' '), integrationId }).then(({ data }) => {
      if (!current || !data) return
      setMapped(new Map(data.nodes.flatMap((node) => (node?.__typename === 'Organization' ? [[node.id, node.mappings.map(({ externalOrg }) => externalOrg.name)] as const] : []))))
    })
    return () => {
      current = false
    }
  }, [key, integrationId])
  return mapped
}
