import type { Integration, Quota } from '../api/documents'

export const stepNames = ['connect', 'refresh', 'organizations', 'suggestions'] as const

export type StepName = (typeof stepNames)[number]

/** What the steps of setting up an account go by. */
export interface Facts {
  /** Connected integrations, and those whose list has been read. */
  connected: number
  read: number
  /** Active organizations. */
  organizations: number
  /** Cells that are mapped, and cells for which a mapping is suggested. */
  mapped: number
  suggested: number
}

export type CountedIntegration = Pick<Integration, 'organizationCounts'> & { lastSuccess: object | null }

/** Returns what is known about an account. The quota may be read later than the integrations, whose counts are nearly as good. */
export function factsOf(integrations: readonly CountedIntegration[], quota: Pick<Quota, 'used'> | undefined): Facts {
  const sum = (of: (counts: Integration['organizationCounts']) => number) => integrations.reduce((all, { organizationCounts }) => all + of(organizationCounts), 0)
  return {
    connected: integrations.length,
    read: integrations.filter(({ lastSuccess }) => lastSuccess !== null).length,
    organizations: quota?.used ?? Math.max(0, ...integrations.map(({ organizationCounts }) => organizationCounts.total)),
    mapped: sum(({ mapped }) => mapped),
    suggested: sum(({ suggested }) => suggested),
  }
}

/** Reports whether the grid has rows and columns. */
export const hasGrid = ({ connected, organizations }: Facts): boolean => connected > 0 && organizations > 0

export interface Step {
  name: StepName
  number: number
  state: 'done' | 'current' | 'waiting'
}

/** Returns the steps in order. The first that is not done is the current one. */
export function stepsOf(facts: Facts): readonly Step[] {
  const done: Record<StepName, boolean> = {
    connect: facts.connected > 0,
    refresh: facts.read > 0,
    organizations: facts.organizations > 0,
    // New suggestions never cease to come, so some may be left.
    suggestions: facts.mapped > 0 && facts.suggested <= facts.mapped,
  }
  const current = stepNames.find((name) => !done[name])
  return stepNames.map((name, at) => ({ name, number: at + 1, state: done[name] ? 'done' : name === current ? 'current' : 'waiting' }))
}
