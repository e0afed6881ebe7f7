/** The differences between the shown rows and the list as it is now. */
export interface Differences {
  entered: number
  left: number
  moved: boolean
}

/**
 * Compares the IDs of the shown rows with those at the beginning of the list now. complete tells that all of the list is shown; otherwise
 * what comes after the last shown row has not entered, but has not been loaded yet. now must reach beyond that row if it still exists.
 */
export function differences(shown: readonly string[], now: readonly string[], complete: boolean): Differences {
  const there = new Set(now)
  const known = new Set(shown)
  const stayed = shown.filter((id) => there.has(id))
  const end = complete ? now.length : now.findLastIndex((id) => known.has(id)) + 1
  const reached = now.slice(0, end)
  const order = reached.filter((id) => known.has(id))
  return { entered: reached.length - order.length, left: shown.length - stayed.length, moved: order.some((id, at) => id !== stayed[at]) }
}

export const numberOf = ({ entered, left, moved }: Differences): number => entered + left + (moved && entered + left === 0 ? 1 : 0)
