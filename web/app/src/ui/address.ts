import { useCallback, useEffect, useRef, useState } from 'react'

/** How a page's address stands for what the page shows. */
export interface Address<View> {
  path: string
  read: (search: string) => View
  write: (view: View) => string
  /** Reports whether a change is a step that the Back button undoes; a letter typed into a search is none. */
  isStep: (before: View, next: View) => boolean
}

/** Returns what the address shows, and a function that changes part of it. onMove gets the view that Back or Forward leads to. */
export function useAddress<View extends object>(address: Address<View>, onMove: (view: View) => void): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => address.read(location.search))
  const latest = useRef({ view, onMove })
  latest.current.onMove = onMove
  const show = useCallback((next: View) => {
    latest.current.view = next
    setView(next)
  }, [])
  useEffect(() => {
    const move = () => {
      if (location.pathname !== address.path) return // another page is opening
      const next = address.read(location.search)
      show(next)
      latest.current.onMove(next)
    }
    window.addEventListener('popstate', move)
    return () => window.removeEventListener('popstate', move)
  }, [address, show])
  const change = useCallback((part: Partial<View>) => {
    const before = latest.current.view
    const next = { ...before, ...part }
    if (address.write(next) === address.write(before)) return
    history[address.isStep(before, next) ? 'pushState' : 'replaceState'](null, '', location.pathname + address.write(next))
    show(next)
  }, [address, show])
  return [view, change]
}
