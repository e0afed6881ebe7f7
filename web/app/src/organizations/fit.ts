/** Returns the width that an element's row of children needs so that nothing in it is cut off, in pixels. */
export function neededWidth(element: HTMLElement): number {
  const { columnGap, paddingLeft, paddingRight, borderRightWidth } = getComputedStyle(element)
  const children = [...element.children].filter((child) => getComputedStyle(child).position !== 'absolute')
  const gaps = Math.max(0, children.length - 1) * pixels(columnGap)
  const own = children.reduce((sum, child) => sum + child.getBoundingClientRect().width, 0)
  return own + gaps + pixels(paddingLeft) + pixels(paddingRight) + pixels(borderRightWidth) + cutOff(element)
}

/** Returns how many pixels of the texts in an element are cut off. */
function cutOff(element: HTMLElement): number {
  const texts = [...element.querySelectorAll<HTMLElement>('*')].filter((one) => getComputedStyle(one).textOverflow === 'ellipsis')
  return texts.reduce((sum, one) => sum + Math.max(0, one.scrollWidth - one.clientWidth), 0)
}

const pixels = (length: string) => Number.parseFloat(length) || 0
