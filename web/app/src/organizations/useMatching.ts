import { useEffect, useRef } from 'react'

import { request } from '../api/client'
import { type Integration, type MatchingChange, MatchingChanges, RowsById } from '../api/documents'
import { subscribe } from '../api/subscribing'
import { requiresReading, type Seen } from './suggestions'

const debounceTime = 250 // milliseconds after the last event before rows are read again
const maxNodes = 200 // ids in one query: the API's limit

const listeners = new Set<() => void>()

/** Calls listener whenever suggestions have changed, and when a subscription to them begins. Returns a function that stops it. */
export function onMatching(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Follows the suggestions in the integrations: the cache takes the counts, and rows on the screen whose suggestions have changed are
 * read again. integrationIds names those whose suggestions the rows have, loadedIds returns the IDs of the rows.
 */
export function useMatching(integrations: readonly Integration[], integrationIds: readonly string[], loadedIds: () => readonly string[]): void {
  const key = integrationIds.join(' ')
  const latest = useRef(integrations)
  useEffect(() => {
    latest.current = integrations
  })
  useEffect(() => {
    if (key === '') return
    const ids = key.split(' ')
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const pending = new Set<string>()
    const seen: Seen = new Map(latest.current.map(({ id, organizationCounts }) => [id, organizationCounts]))

    const readAgain = async () => {
      const all = [...pending]
      pending.clear()
      for (let from = 0; from < all.length && !stopped; from += maxNodes) {
        await request('query', RowsById, { ids: all.slice(from, from + maxNodes), suggestedIn: ids })
      }
    }
    const take = (change: MatchingChange) => {
      for (const listener of listeners) listener()
      for (const id of requiresReading(seen, change, loadedIds())) pending.add(id)
      if (pending.size === 0) return
      clearTimeout(timer)
      timer = setTimeout(() => void readAgain(), debounceTime)
    }
    const stop = subscribe(MatchingChanges, async () => ({ integrationIds: ids }), ({ matchingChanges }) => take(matchingChanges))
    return () => {
      stopped = true
      clearTimeout(timer)
      stop()
    }
  }, [key, loadedIds])
}
