import { request } from '../api/client'
import { CancelRefresh, Refresh } from '../api/documents'
import { words } from '../words'
import { notify } from './notifications'

/** What someone has reviewed and accepts: a list that shrank, or one that differs from its total. */
export interface Accept {
  shrink?: boolean
  totalMismatch?: boolean
}

/** Starts refreshing the given integrations, or all that are not paused if none are given. */
export async function refresh(integrationIds: string[] | null, accept: Accept = {}): Promise<void> {
  const about = `refresh ${integrationIds?.join(' ') ?? 'all'}`
  const result = await request('mutation', Refresh, { integrationIds, acceptShrink: accept.shrink ?? false, acceptTotalMismatch: accept.totalMismatch ?? false })
  if (result.problem !== null) return notify('problem', result.problem, about)
  const { runs, userErrors } = result.data.refresh
  if (userErrors[0]) return notify('problem', userErrors[0].message, about)
  const names = runs.map(({ integration }) => integration.name)
  notify('done', names.length === 0 ? words.notifications.nothingToRefresh : words.notifications.refreshing(names), about)
}

export async function cancelRefresh(runId: string): Promise<void> {
  const result = await request('mutation', CancelRefresh, { runId })
  const wrong = result.problem ?? result.data?.cancelRefresh.userErrors[0]?.message
  if (wrong) notify('problem', wrong, `cancel ${runId}`)
}
