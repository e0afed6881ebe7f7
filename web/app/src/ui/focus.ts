/**
 * Keeps the keyboard focus. When the focused element is removed or disabled, browsers move the focus to the top of the
 * page: after a save, after the last chip of a cell, after a dialog. This module moves it to the nearest remaining control instead.
 */

interface Trail {
  element: HTMLElement
  /** The ancestors of the element, innermost first. */
  chain: readonly HTMLElement[]
  /** The controls of each ancestor that is a part of the page, in order. */
  controls: ReadonlyMap<HTMLElement, readonly HTMLElement[]>
}

const overlay = '[role=dialog], [role=menu]'
const control = 'button, a[href], input, select, textarea, summary, [tabindex]'
const part = 'section, [role=group], [role=log], [role=dialog], [role=menu], li, ul, form, article'
const gracePeriod = 60 // milliseconds that a control has to move the focus itself

/** The element that had the focus when an overlay opened. */
const openers = new WeakMap<Element, HTMLElement>()

let trail: Trail | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Starts keeping the focus. Returns a function that stops it. */
export function keepFocus(): () => void {
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return
    const over = target.closest(overlay)
    if (over && !openers.has(over) && trail && !over.contains(trail.element)) openers.set(over, trail.element)
    trail = trailOf(target)
  }
  const observer = new MutationObserver(() => {
    if (!isLost()) return
    clearTimeout(timer)
    timer = setTimeout(restore, gracePeriod)
  })
  document.addEventListener('focusin', remember)
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled', 'data-loading'] })
  return () => {
    clearTimeout(timer)
    observer.disconnect()
    document.removeEventListener('focusin', remember)
  }
}

/** Reports whether the focus was lost because its element is gone; after a click outside all controls, the element is still there. */
function isLost(): boolean {
  if (!trail || (document.activeElement !== null && document.activeElement !== document.body)) return false
  return !isThere(trail.element)
}

function restore(): void {
  if (!trail || !isLost()) return
  // A button that shows a loader gets the focus back when it is done.
  if (trail.element.isConnected && trail.element.hasAttribute('data-loading')) return
  target(trail)?.focus({ preventScroll: true })
}

function target({ element, chain, controls }: Trail): HTMLElement | null {
  for (const one of chain) {
    if (one.id === 'content') break
    if (!one.isConnected) {
      const opener = one.matches(overlay) ? openers.get(one) : undefined
      if (opener) return isThere(opener) ? opener : target(trailOf(opener))
      continue
    }
    if (one.matches('[data-grid-position]')) return one
    const all = controls.get(one)
    if (!all) continue
    const at = all.indexOf(element)
    const next = all.slice(at + 1).find(canTake) ?? all.slice(0, Math.max(0, at)).findLast(canTake)
    if (next) return next
    if (one.matches('[role=dialog]')) return [...one.querySelectorAll<HTMLElement>('input, button')].find(canTake) ?? one
  }
  return document.querySelector<HTMLElement>('[data-grid-position][tabindex="0"]') ?? document.getElementById('content')
}

function trailOf(element: HTMLElement): Trail {
  const chain: HTMLElement[] = []
  const controls = new Map<HTMLElement, readonly HTMLElement[]>()
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
    chain.push(one)
    if (one.matches(part)) controls.set(one, [...one.querySelectorAll<HTMLElement>(control)])
  }
  return { element, chain, controls }
}

const isThere = (element: HTMLElement) => element.isConnected && !element.matches(':disabled') && element.getClientRects().length > 0

const canTake = (element: HTMLElement) => isThere(element) && element.tabIndex >= 0
