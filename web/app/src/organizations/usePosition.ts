import { type CSSProperties, useLayoutEffect, useRef, useState } from 'react'

const room = 8 // pixels between the overlay and the window's edge
const height = 430
const sheetBelow = 560 // pixels of window width below which the overlay is a sheet at the bottom

/** Keeps an overlay next to its cell while the grid scrolls. onGone is called once the cell is off the screen. */
export function usePosition(anchor: () => HTMLElement | null, onGone: () => void): CSSProperties {
  const [style, setStyle] = useState<CSSProperties>({ opacity: 0 })
  const gone = useRef(onGone)
  gone.current = onGone
  const find = useRef(anchor)
  find.current = anchor
  useLayoutEffect(() => {
    const reposition = () => {
      if (window.innerWidth < sheetBelow) return setStyle({ inset: 'auto 0 0', width: '100%', maxHeight: '75dvh', borderRadius: '12px 12px 0 0' })
      const cell = find.current()?.getBoundingClientRect()
      if (!cell) return gone.current()
      const width = Math.min(Math.max(460, cell.width), window.innerWidth - 2 * room)
      const left = Math.max(room, Math.min(cell.left, window.innerWidth - width - room))
      const below = window.innerHeight - cell.bottom - room
      const above = cell.top - room
      const up = below < Math.min(height, 300) && above > below
      setStyle(up
        ? { left, width, bottom: window.innerHeight - cell.top + 2, maxHeight: Math.min(height, above) }
        : { left, width, top: cell.bottom + 2, maxHeight: Math.max(180, Math.min(height, below)) })
    }
    reposition()
    window.addEventListener('scroll', reposition, { capture: true, passive: true })
    window.addEventListener('resize', reposition)
    return () => {
      window.removeEventListener('scroll', reposition, { capture: true })
      window.removeEventListener('resize', reposition)
    }
  }, [])
  return style
}
