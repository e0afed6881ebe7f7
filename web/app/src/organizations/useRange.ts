import { type PointerEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { Position } from './keys'
import { between, positionOf, type Rectangle } from './range'

export interface Range {
  /** The selected cells; null unless there are several. */
  rectangle: Rectangle | null
  /** Selects the cells from where the range began, or from the focused cell, to another one. */
  extend: (to: Position) => void
  end: () => void
  /** What the grid hands to its element, so that the mouse selects too. */
  mouse: {
    onPointerDownCapture: (event: PointerEvent) => void
    onPointerMoveCapture: (event: PointerEvent) => void
    onClickCapture: (event: MouseEvent) => void
  }
}

/**
 * The range of cells from an anchor to the focused cell. Shift with a key that moves, Shift+click and dragging extend it; every other
 * move ends it. go moves the focus.
 */
export function useRange(position: Position, go: (row: number, column: number) => void): Range {
  const [anchor, setAnchor] = useState<Position | null>(null)
  const dragged = useRef<{ from: Position; to: Position } | null>(null)
  const latest = useRef(position)
  useEffect(() => {
    latest.current = position
  })

  const extend = useCallback((to: Position) => {
    setAnchor((from) => from ?? latest.current)
    go(Math.max(0, to.row), to.column)
  }, [go])
  const end = useCallback(() => setAnchor(null), [])

  useEffect(() => {
    const stop = () => setTimeout(() => (dragged.current = null)) // the click that ends a drag comes first
    window.addEventListener('pointerup', stop)
    window.addEventListener('pointercancel', stop)
    return () => {
      window.removeEventListener('pointerup', stop)
      window.removeEventListener('pointercancel', stop)
    }
  }, [])

  const onPointerDownCapture = useCallback((event: PointerEvent) => {
    const at = event.button === 0 ? cellOf(event.target) : null
    if (!at || isControl(event.target)) return
    if (event.shiftKey) event.preventDefault() // the focus moves with the click; no text is selected
    else if (event.pointerType === 'mouse') dragged.current = { from: at, to: at }
  }, [])
  const onPointerMoveCapture = useCallback((event: PointerEvent) => {
    const drag = dragged.current
    if (!drag || event.buttons !== 1) return
    const at = cellOf(event.target)
    if (!at || (at.row === drag.to.row && at.column === drag.to.column)) return
    drag.to = at
    window.getSelection()?.removeAllRanges()
    setAnchor(drag.from)
    go(at.row, at.column)
  }, [go])
  const onClickCapture = useCallback((event: MouseEvent) => {
    const drag = dragged.current
    const moved = drag !== null && (drag.to.row !== drag.from.row || drag.to.column !== drag.from.column)
    const at = cellOf(event.target)
    if (event.shiftKey && at && !isControl(event.target)) extend(at)
    else if (!moved) return
    event.preventDefault()
    event.stopPropagation()
  }, [extend])

  const rectangle = useMemo(
    () => (anchor && (anchor.row !== position.row || anchor.column !== position.column) ? between(anchor, position) : null),
    [anchor, position],
  )
  return { rectangle, extend, end, mouse: { onPointerDownCapture, onPointerMoveCapture, onClickCapture } }
}

/** Returns the cell of an organization that a part of the page belongs to. */
function cellOf(target: EventTarget): Position | null {
  const at = target instanceof Element ? positionOf(target) : null
  return at && at.row >= 0 ? at : null
}

const isControl = (target: EventTarget) => target instanceof Element && target.closest('button, input') !== null
