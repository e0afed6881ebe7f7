import { type KeyboardEvent, useEffect, useRef } from 'react'

import { acceptRange, clearRange, copyRange, pasteRange } from './gestures'
import type { Position } from './keys'
import { between, positionOf } from './range'
import type { Scene } from './scene'
import type { Range } from './useRange'

/**
 * Acts on the selected cells, or on the focused one. Returns the listener for keys that mean all selected cells: the grid calls it
 * before a cell gets the key.
 */
export function useGestures(range: Range, position: Position, editable: boolean, scene: Scene): (event: KeyboardEvent) => void {
  const latest = useRef({ range, position, editable, scene })
  useEffect(() => {
    latest.current = { range, position, editable, scene }
  })

  // These events go to the selected text, wherever it is, and not to the focused cell.
  useEffect(() => {
    const listen = (event: ClipboardEvent) => {
      const { range: { rectangle }, position: at, editable: may, scene: here } = latest.current
      if (!positionOf(document.activeElement) || !event.clipboardData || at.row < 0) return
      if (event.type !== 'copy' && !may) return
      event.preventDefault()
      const cells = rectangle ?? between(at, at)
      if (event.type === 'paste') void pasteRange(here, cells, event.clipboardData.getData('text/plain'))
      else copyRange(here, cells, event.clipboardData, event.type === 'cut')
    }
    const types = ['copy', 'cut', 'paste'] as const
    for (const type of types) document.addEventListener(type, listen)
    return () => {
      for (const type of types) document.removeEventListener(type, listen)
    }
  }, [])

  return (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event
    if (altKey || !(event.target instanceof Element) || !event.target.matches('[data-grid-position]') || position.row < 0) return
    const several = range.rectangle !== null && !shiftKey && !ctrlKey && !metaKey
    const cells = range.rectangle ?? between(position, position)
    // Filling down the same external organization is never right: it belongs to one organization. What fills cells is what is suggested.
    const accepts = several && key === 'Enter' || (ctrlKey || metaKey) && !shiftKey && key.toLowerCase() === 'd'
    if (accepts) {
      if (editable) acceptRange(scene, cells)
    } else if (several && (key === 'Delete' || key === 'Backspace')) {
      if (editable && !event.repeat) clearRange(scene, cells)
    } else if (several && key === 'Escape') range.end()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
}
