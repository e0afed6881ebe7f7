import type { ResultOf } from './graphql'
import { client, request } from './client'
import { AccountChanges, type Change, CursorQuery, IntegrationCounts, IntegrationsQuery, OrganizationsById, RefreshProgress } from './documents'
import { hasPendingQueries, pendingQueriesDone } from './order'

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
const pause = 2_000 // milliseconds before a subscription that the server ended is reopened

/** Follows the account's journal and its refreshes. Returns a function that stops it. */
export function follow(): () => void {
  let stopped = false
  const stops: (() => void)[] = []

  const followChanges = async (after: string | null) => {
    if (after === null) {
      const result = await request('query', CursorQuery, {})
      after = result.data?.journalCursor ?? null
    }
    if (stopped) return
    if (after === null) return again(() => void followChanges(null))
    let cursor = after
    const { unsubscribe } = client.subscription(AccountChanges, { after }).subscribe(({ data, error, hasNext }) => {
      if (data && data.accountChanges.cursor !== cursor) {
        cursor = data.accountChanges.cursor
        for (const listener of changeListeners) listener(data.accountChanges)
        if (hasPendingQueries()) void readAgain(data.accountChanges)
        if (data.accountChanges.__typename === 'MappingsChanged') countAgain()
      }
      if (error || hasNext === false) {
        unsubscribe()
        again(() => void followChanges(cursor))
      }
    })
    stops.push(unsubscribe)
  }

  let counting: ReturnType<typeof setTimeout> | undefined
  const countAgain = () => {
    clearTimeout(counting)
    counting = setTimeout(() => void request('query', IntegrationCounts, {}), debounceTime)
  }
  stops.push(() => clearTimeout(counting))

  const followProgress = () => {
    const { unsubscribe } = client.subscription(RefreshProgress, {}).subscribe(({ data, error, hasNext }) => {
      if (data) for (const listener of progressListeners) listener(data.refreshProgress)
      if (error || hasNext === false) {
        unsubscribe()
        again(followProgress)
      }
    })
    stops.push(unsubscribe)
  }

  const again = (start: () => void) => {
    const timer = setTimeout(() => !stopped && start(), pause)
    stops.push(() => clearTimeout(timer))
  }

  void followChanges(null)
  followProgress()
  return () => {
    stopped = true
    for (const stop of stops) stop()
  }
}
