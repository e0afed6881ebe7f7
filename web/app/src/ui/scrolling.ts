import { type RefObject, useLayoutEffect } from 'react'

/** How far each scroller was scrolled when it was last seen, and what it showed. */
const positions = new Map<string, { shown: string; top: number; left: number }>()

const patience = 2_000 // milliseconds that what is read anew gets to make the page as long as it was

/** Keeps how far a scroller is scrolled, and scrolls there again when it comes back with the same content. Other content begins at its top. */
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
    const timer = setTimeout(stop, patience)
    // Whoever scrolls meanwhile is not pulled back.
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
