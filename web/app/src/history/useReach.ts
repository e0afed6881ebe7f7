import { useQuery } from 'urql'

import { HistoryReach } from './documents'

/** How far history reaches back. */
export interface Reach {
  begins: string
  /** How many months are kept; null: all. */
  months: number | null
}

/** Returns how far history reaches back, or null as long as that is not known. */
export function useReach(): Reach | null {
  const [{ data }] = useQuery({ query: HistoryReach, requestPolicy: 'cache-and-network' })
  return data ? { begins: data.viewer.account.historyBegins, months: data.viewer.account.historyRetention } : null
}
