import { join } from 'node:path'

import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

import type { Program } from './program'
import { test } from './test'

/** The widths of a phone, a tablet in portrait and landscape, half a wide screen, a laptop and a desktop. */
export const widths = [390, 768, 1024, 1100, 1280, 1440] as const

// Colors do not change sizes: whatever fits in light mode fits in dark mode.
const looks = [...widths.map((width) => ['light', width] as const), ['dark', 390], ['dark', 1440]] as const

/** Expects nothing to overflow the window and no control to be cut off, unless it can be scrolled into view. */
export async function fits(page: Page, what: string): Promise<void> {
  await expect.poll(() => page.evaluate(misfits), { message: what }).toEqual([])
}

/** Lists what does not fit. Runs in the page. */
function misfits(): string[] {
  const found: string[] = []
  const { scrollHeight, scrollWidth, clientWidth } = document.documentElement
  if (scrollHeight > innerHeight) found.push(`the document is ${scrollHeight} pixels long in a window of ${innerHeight}`)
  if (scrollWidth > clientWidth) found.push(`the document is ${scrollWidth} pixels wide in a window of ${clientWidth}`)
  const content = document.getElementById('content')
  if (content && content.scrollWidth > content.clientWidth) found.push(`the page is ${content.scrollWidth} pixels wide in room for ${content.clientWidth}`)
  for (const nav of document.querySelectorAll('nav')) {
    if (getComputedStyle(nav).overflowX === 'visible' && nav.scrollWidth > nav.clientWidth) found.push('the links to the pages have no room')
  }
  const cut = (inner: DOMRect, outer: { left: number; right: number; top: number; bottom: number }) =>
    inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1
  const name = (element: Element) => `${element.tagName} “${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? ''}”`
  for (const element of document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, summary, [role=option], [role=menuitem]')) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.matches('a[href="#content"]')) continue
    const label = element.querySelector('.mantine-Button-label')
    if (label && label.scrollWidth > label.clientWidth + 1) found.push(`${name(element)} has no room for its words`)
    let rect = element.getBoundingClientRect()
    let clipped = false
    for (let outer = element.parentElement; outer && outer !== document.body && !clipped; outer = outer.parentElement) {
      const style = getComputedStyle(outer)
      const kinds = [style.overflowX, style.overflowY]
      if (kinds.some((kind) => kind === 'auto' || kind === 'scroll')) rect = outer.getBoundingClientRect()
      else if (kinds.some((kind) => kind === 'hidden' || kind === 'clip')) clipped = cut(rect, outer.getBoundingClientRect())
    }
    if (clipped || cut(rect, { left: 0, top: 0, right: innerWidth, bottom: innerHeight })) found.push(`${name(element)} is cut off`)
  }
  return found
}

/** Expects enough contrast in everything that can be hovered over. */
export async function readableUnderThePointer(page: Page, what: string, part = 'body'): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  await browser.send('DOM.enable')
  await browser.send('CSS.enable')
  const { root } = await browser.send('DOM.getDocument', { depth: 0 })
  const { nodeIds } = await browser.send('DOM.querySelectorAll', {
    nodeId: root.nodeId, selector: ['button', 'a', 'label', 'input', '[role=row]', '[role=gridcell]', '[role=rowheader]', '[role=option]', '[role=menuitem]'].map((one) => `${part} ${one}`).join(', '),
  })
  for (const nodeId of nodeIds) await browser.send('CSS.forcePseudoState', { nodeId, forcedPseudoClasses: ['hover'] })
  const { violations } = await new AxeBuilder({ page }).include(part).withRules('color-contrast').analyze()
  await browser.detach()
  expect(violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)}: ${failureSummary}`)), what).toEqual([])
}

/** A page or a dialog. look is a name that no other look at the screens has. */
export interface Screen {
  name: string
  show: (page: Page, program: Program, look: string) => Promise<void>
  /** Where colors are checked; else everywhere. */
  part?: string
}

/** A folder for screenshots of every screen, for people to look at. */
const pictures = process.env.ORGMAP_SCREENSHOTS

/** Checks at every width, in light and dark, that each screen fits the window and can be read under the pointer. */
export function checkLooks(screens: readonly Screen[]): void {
  for (const [scheme, width] of looks) {
    test(`fits a window ${width} pixels wide and can be read under the pointer, in ${scheme}`, async ({ page, program }) => {
      test.setTimeout(600_000) // each color check takes seconds
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: width === 390 ? 760 : 620 })
      for (const { name, show, part } of screens) {
        await show(page, program, `${scheme} ${width}`)
        await fits(page, name)
        if (pictures) await page.screenshot({ path: join(pictures, `${name} ${scheme} ${width}.png`), animations: 'disabled' })
        // A phone and a desktop together show every element with a color of its own.
        if (width === 390 || width === 1440) await readableUnderThePointer(page, name, part)
      }
    })
  }
}
