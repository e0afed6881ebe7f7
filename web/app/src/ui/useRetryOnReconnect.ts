import { useEffect, useRef } from 'react'

import { connection } from '../api/client'
import { useStore } from './store'

/** Reads what could not be read again, once the server is reachable. */
export function useRetryOnReconnect(problem: string | null, read: () => void): void {
  const state = useStore(connection)
  const latest = useRef({ problem, read })
  useEffect(() => {
    latest.current = { problem, read }
  })
  useEffect(() => {
    if (state === 'live' && latest.current.problem !== null) latest.current.read()
  }, [state])
}
