import { ask } from '../api/client'
import { CancelRefresh, Refresh } from '../api/documents'
import { tell } from './announce'
import { plural } from './words'

/** Asks for the lists of integrations; all that are not paused where none are named. */
export async function refresh(integrationIds: string[] | null, acceptShrink = false): Promise<void> {
  const answer = await ask('mutation', Refresh, { integrationIds, acceptShrink })
  if (answer.problem !== null) return tell('problem', answer.problem)
  const { runs, userErrors } = answer.data.refresh
  if (userErrors[0]) return tell('problem', userErrors[0].message)
  tell('done', runs.length === 0 ? 'There is nothing to refresh.' : `Refreshing ${plural(runs.length, 'list')}.`)
}

export async function cancelRefresh(runId: string): Promise<void> {
  const answer = await ask('mutation', CancelRefresh, { runId })
  const wrong = answer.problem ?? answer.data?.cancelRefresh.userErrors[0]?.message
  if (wrong) tell('problem', wrong)
}
