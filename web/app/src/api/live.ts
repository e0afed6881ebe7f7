import type { ResultOf } from './graphql'
import { request } from './client'
import { AccountChanges, type Change, CursorQuery, IntegrationCounts, IntegrationsQuery, OrganizationsById, RefreshProgress } from './documents'
import { hasPendingQueries, pendingQueriesDone } from './order'
import { subscribe } from './subscribing'

export type Progress = ResultOf<typeof RefreshProgress>['refreshProgress']

const changeListeners = new Set<(change: Change) => void>()
const progressListeners = new Set<(progress: Progress) => void>()

/** Calls listener for every committed change of the account from now on. Returns a function that stops it. */
export function onChange(listener: (change: Change) => void): () => void {
  changeListeners.add(listener)
  return () => changeListeners.delete(listener)
}

/** Calls listener for every progress event of a refresh from now on. Returns a function that stops it. */
export function onProgress(listener: (progress: Progress) => void): () => void {
  progressListeners.add(listener)
  return () => progressListeners.delete(listener)
}

const maxNodes = 200 // ids in one query: the API's limit

/** Reads again what changed while responses were pending: a response may predate the change and arrive after it. */
async function readAgain(change: Change): Promise<void> {
  await pendingQueriesDone()
  if (change.__typename === 'IntegrationsChanged') await request('query', IntegrationsQuery, {})
  if (change.__typename !== 'OrganizationsChanged' && change.__typename !== 'MappingsChanged') return
  const ids = change.organizations.map(({ id }) => id)
  for (let from = 0; from < ids.length; from += maxNodes) {
    await request('query', OrganizationsById, { ids: ids.slice(from, from + maxNodes) })
  }
}

const debounceTime = 250 // milliseconds after the last mapping change before the columns' counts are read again
/** Follows the account's journal and its refreshes. Returns a function that stops it. */
export function follow(): () => void {
  let cursor: string | null = null
  const after = async () => {
    cursor ??= (await request('query', CursorQuery, {})).data?.journalCursor ?? null
    return cursor === null ? null : { after: cursor }
  }
  let counting: ReturnType<typeof setTimeout> | undefined
  const countAgain = () => {
    clearTimeout(counting)
    counting = setTimeout(() => void request('query', IntegrationCounts, {}), debounceTime)
  }
  const stops = [
    subscribe(AccountChanges, after, ({ accountChanges: change }) => {
      if (change.cursor === cursor) return
      cursor = change.cursor
      for (const listener of changeListeners) listener(change)
      if (hasPendingQueries()) void readAgain(change)
      if (change.__typename === 'MappingsChanged') countAgain()
    }),
    subscribe(RefreshProgress, async () => ({}), ({ refreshProgress }) => {
      for (const listener of progressListeners) listener(refreshProgress)
    }),
    () => clearTimeout(counting),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
