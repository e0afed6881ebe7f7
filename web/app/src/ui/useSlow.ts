import { useEffect, useState } from 'react'

const slowAfter = 300 // milliseconds until what is loading shows skeletons

/** Reports whether something has been going on for a while. */
export function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!busy) return setSlow(false)
    const timer = setTimeout(() => setSlow(true), slowAfter)
    return () => clearTimeout(timer)
  }, [busy])
  return slow
}
