import { useEffect, useRef } from 'react'

import { graphql } from '../api/graphql'
import { onChange } from '../api/live'
import { subscribe } from '../api/subscribing'

const debounceTime = 250 // milliseconds after the last change before anything is read again

/** Only says that suggestions have changed; what is shown is read again. */
const AnyMatchingChange = graphql(`
  subscription AnyMatchingChange {
    matchingChanges {
      integration {
        id
      }
      organizationCounts {
        total
        mapped
        suggested
      }
      sequence
    }
  }
`)

/** Calls read at first, and again after the account or its suggestions have changed. Each call begins after the one before has ended. */
export function useFollowed(read: (isFirst: boolean) => Promise<void>): void {
  const latest = useRef(read)
  useEffect(() => {
    latest.current = read
  })
  useEffect(() => {
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let reading = latest.current(true) // one after the other: an equal query under way would be answered by an older response
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        reading = reading.then(() => (stopped ? undefined : latest.current(false)))
      }, debounceTime)
    }
    const stops = [onChange(later), subscribe(AnyMatchingChange, async () => ({}), later)]
    return () => {
      stopped = true
      clearTimeout(timer)
      for (const stop of stops) stop()
    }
  }, [])
}
