import { useEffect, useRef } from 'react'

import { connection } from '../api/client'
import { useStore } from './store'

/** Reads again what could not be read, once the server can be reached. */
export function useReadAgain(problem: string | null, read: () => void): void {
  const state = useStore(connection)
  const latest = useRef({ problem, read })
  useEffect(() => {
    latest.current = { problem, read }
  })
  useEffect(() => {
    if (state === 'live' && latest.current.problem !== null) latest.current.read()
  }, [state])
}
