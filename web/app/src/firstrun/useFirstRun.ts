import { useEffect, useState } from 'react'
import { useQuery } from 'urql'

import { type Integration, IntegrationsQuery, type Quota, QuotaQuery, type Viewer } from '../api/documents'
import { type Facts, factsOf, hasGrid, type Step, stepsOf } from './steps'

/** How far an account is set up, and whether its steps are shown instead of the grid. */
export interface FirstRun {
  isShown: boolean
  integrations: readonly Integration[]
  quota: Quota | undefined
  facts: Facts
  steps: readonly Step[]
  /** How many steps are done; null if nothing leads back to them: because all are done, or for viewers. */
  progress: number | null
  open: () => void
  /** Shows the grid from now on. */
  dismiss: () => void
  /** Keeps the steps while a dialog is open, even if it finishes them. */
  hold: (isHeld: boolean) => void
}

/** What the browser remembers for a person: that the grid was preferred, or that all steps were done once. */
type Kept = 'dismissed' | 'done' | null

const keyOf = ({ name, account }: Viewer) => `orgmap.firstrun.${name} of ${account.id}`

function read(key: string): Kept {
  try {
    const kept = localStorage.getItem(key)
    return kept === 'dismissed' || kept === 'done' ? kept : null
  } catch {
    return null // the browser keeps nothing for this page
  }
}

function write(key: string, kept: 'dismissed' | 'done'): void {
  try {
    localStorage.setItem(key, kept)
  } catch {
    // It is decided again when the page is loaded again.
  }
}

/**
 * Returns the steps of setting up the account, from what the grid reads anyway. Until that is known they are not shown, so an account
 * that is set up shows its grid at once.
 */
export function useFirstRun(viewer: Viewer): FirstRun {
  const [{ data }] = useQuery({ query: IntegrationsQuery })
  const [{ data: quotaData }] = useQuery({ query: QuotaQuery })
  const key = keyOf(viewer)
  const [remembered, setRemembered] = useState(() => ({ key, kept: read(key) }))
  const kept = remembered.key === key ? remembered.kept : read(key)
  const [opened, setOpened] = useState(false)
  const [held, setHeld] = useState(false)

  const integrations = data?.integrations ?? []
  const quota = quotaData?.quota
  const facts = factsOf(integrations, quota)
  const steps = stepsOf(facts)
  const done = steps.filter(({ state }) => state === 'done').length
  const isFinished = kept === 'done' || done === steps.length
  const mayAct = viewer.role !== 'VIEWER' && data !== undefined
  const finishes = mayAct && done === steps.length && kept !== 'done'
  useEffect(() => {
    if (!finishes) return
    write(key, 'done')
    setRemembered({ key, kept: 'done' })
  }, [finishes, key])

  return {
    isShown: mayAct && (held || (!isFinished && (opened || (kept === null && !hasGrid(facts))))),
    integrations, quota, facts, steps,
    progress: mayAct && !isFinished ? done : null,
    open: () => setOpened(true),
    dismiss: () => {
      write(key, 'dismissed')
      setRemembered({ key, kept: 'dismissed' })
      setOpened(false)
    },
    hold: setHeld,
  }
}
