import { ask } from '../api/client'
import { CancelRefresh, Refresh } from '../api/documents'
import { tell } from './announce'
import { plural } from './words'

const mostNamed = 3 // integrations named in one notice

/** What someone has reviewed and accepts: a list that shrank, or one that differs from its total. */
export interface Accept {
  shrink?: boolean
  totalMismatch?: boolean
}

/** Starts refreshing the given integrations, or all that are not paused if none are given. */
export async function refresh(integrationIds: string[] | null, accept: Accept = {}): Promise<void> {
  const about = `refresh ${integrationIds?.join(' ') ?? 'all'}`
  const answer = await ask('mutation', Refresh, { integrationIds, acceptShrink: accept.shrink ?? false, acceptTotalMismatch: accept.totalMismatch ?? false })
  if (answer.problem !== null) return tell('problem', answer.problem, about)
  const { runs, userErrors } = answer.data.refresh
  if (userErrors[0]) return tell('problem', userErrors[0].message, about)
  const names = runs.map(({ integration }) => integration.name)
  tell('done', runs.length === 0 ? 'Nothing to refresh: no integration is active.'
    : `Refreshing ${names.length <= mostNamed ? names.join(', ') : plural(runs.length, 'integration')}…`, about)
}

export async function cancelRefresh(runId: string): Promise<void> {
  const answer = await ask('mutation', CancelRefresh, { runId })
  const wrong = answer.problem ?? answer.data?.cancelRefresh.userErrors[0]?.message
  if (wrong) tell('problem', wrong, `cancel ${runId}`)
}
