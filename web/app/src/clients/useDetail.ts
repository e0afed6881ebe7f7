import { useRef, useState } from 'react'

import { request } from '../api/client'
import { useFollowed } from '../live/useFollowed'
import { type Detail, OrganizationDetail } from './documents'

/** An organization; 'gone' if it does not exist. null until it is known. */
export interface Shown {
  detail: Detail | 'gone' | null
  problem: string | null
  /** Reads it again. */
  read: () => Promise<void>
}

/** Returns an organization, kept up to date. */
export function useDetail(id: string): Shown {
  const [state, setState] = useState<{ id: string; detail: Detail | 'gone' | null; problem: string | null }>({ id, detail: null, problem: null })
  const readings = useRef(0)
  const read = async () => {
    const mine = ++readings.current
    const { data, problem } = await request('query', OrganizationDetail, { id })
    if (mine !== readings.current) return
    if (problem !== null) return setState((before) => ({ id, detail: before.id === id ? before.detail : null, problem }))
    setState({ id, detail: data.node?.__typename === 'Organization' ? data.node : 'gone', problem: null })
  }
  useFollowed(read)
  return { detail: state.id === id ? state.detail : null, problem: state.problem, read }
}
