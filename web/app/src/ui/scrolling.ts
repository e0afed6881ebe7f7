import { type RefObject, useLayoutEffect } from 'react'

/** The last scroll position of each scroller, and the content it showed. */
const positions = new Map<string, { shown: string; top: number; left: number }>()

const gracePeriod = 2_000 // milliseconds that reloaded content has to make the page as long as before

/** Saves a scroller's position and restores it when the scroller returns with the same content. Other content starts at the top. */
export function useKeptScroll(scroller: RefObject<HTMLElement | null>, name: string, shown = ''): void {
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const kept = positions.get(name)
    const wanted = kept?.shown === shown ? { top: kept.top, left: kept.left } : { top: 0, left: element.scrollLeft }
    let returning = true
    const arrive = () => {
      element.scrollTo(wanted)
      if (Math.abs(element.scrollTop - wanted.top) <= 1 && Math.abs(element.scrollLeft - wanted.left) <= 1) stop()
    }
    const observer = new ResizeObserver(arrive)
    const stop = () => {
      returning = false
      observer.disconnect()
    }
    const keep = () => {
      if (!returning) positions.set(name, { shown, top: element.scrollTop, left: element.scrollLeft })
    }
    arrive()
    if (returning) for (const child of element.children) observer.observe(child)
    const timer = setTimeout(stop, gracePeriod)
    // Stops restoring as soon as the user scrolls.
    for (const kind of ['wheel', 'pointerdown', 'keydown', 'touchstart']) element.addEventListener(kind, stop, { passive: true })
    element.addEventListener('scroll', keep, { passive: true })
    return () => {
      clearTimeout(timer)
      stop()
      for (const kind of ['wheel', 'pointerdown', 'keydown', 'touchstart']) element.removeEventListener(kind, stop)
      element.removeEventListener('scroll', keep)
    }
  }, [scroller, name, shown])
}
