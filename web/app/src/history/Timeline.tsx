import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, type RefObject, useCallback, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'

import type { Change } from './documents'
import styles from './History.module.css'
import { inDays, type Item, itemsOf } from './timeline'

const dayHeight = 44 // pixels
const entryHeight = 48 // before it has been measured

export interface TimelineHandle {
  /** Scrolls to a change, or to the first one, and moves the focus to it. Reports whether the timeline has it. */
  show: (id: string | null) => boolean
}

/** How an entry fits into the timeline. */
export interface Place {
  index: number
  /** The number of the entry among those of its day, and how many these are. */
  place: number
  count: number
  /** Space above it, instead of what is not in the DOM. */
  gap: number
  measure: Ref<HTMLLIElement>
}

interface Props {
  changes: readonly Change[]
  scroller: RefObject<HTMLDivElement | null>
  /** Changes that stay in the DOM: the open one, and the one with the focus. */
  kept: readonly (string | null)[]
  dayText: (name: 'today' | 'yesterday' | null, at: string) => string
  entry: (change: Change, place: Place) => ReactNode
  handle: RefObject<TimelineHandle | null>
}

/** Changes by day. Only those on the screen are in the DOM, and those that are kept. They stay in the flow, so that they can grow. */
export function Timeline({ changes, scroller, kept, dayText, entry, handle }: Props) {
  const list = useRef<HTMLDivElement>(null)
  const wanted = useRef<string | null>(null)
  const items = useMemo(() => itemsOf(changes), [changes])
  const also = useMemo(() => {
    const ids = new Set(kept)
    return items.flatMap((item, index) => (item.kind === 'change' && ids.has(item.key) ? [index] : []))
  }, [items, kept])
  const withKept = useCallback((range: Range) => [...new Set([...defaultRangeExtractor(range), ...also])].sort((a, b) => a - b), [also])
  const margin = useMargin(list, scroller)
  const virtualizer = useVirtualizer({
    count: items.length, getScrollElement: () => scroller.current, estimateSize: (index) => (items[index]?.kind === 'day' ? dayHeight : entryHeight),
    getItemKey: (index) => items[index]?.key ?? index, overscan: 8, rangeExtractor: withKept, scrollMargin: margin, scrollPaddingStart: 10,
  })

  const focus = useCallback(() => {
    const toggle = wanted.current === null ? null : list.current?.querySelector<HTMLElement>(`[data-change="${CSS.escape(wanted.current)}"] [aria-expanded]`)
    if (!toggle) return
    wanted.current = null
    toggle.focus({ preventScroll: true })
  }, [])
  useLayoutEffect(focus)
  useImperativeHandle(handle, () => ({
    show: (id) => {
      const index = items.findIndex((item) => item.kind === 'change' && (id === null || item.key === id))
      if (index < 0) return false
      wanted.current = items[index]!.key
      virtualizer.scrollToIndex(id === null ? 0 : index, { align: 'start' })
      focus()
      return true
    },
  }))

  let end = margin
  const shown = virtualizer.getVirtualItems().flatMap((one): { item: Item; index: number; gap: number }[] => {
    const item = items[one.index]
    if (!item) return []
    const gap = Math.max(0, one.start - end)
    end = one.end
    return [{ item, index: one.index, gap }]
  })
  return (
    <div ref={list} className={styles.timeline} style={{ paddingBottom: Math.max(0, virtualizer.getTotalSize() + margin - end) }}>
      {inDays(shown).map(({ day, shown: [first, ...rest] }) => {
        const heading = first?.item.kind === 'day' ? first : null
        const name = dayText(day.name, day.changes[0]!.at)
        return (
          <section key={day.day} aria-label={name}>
            {heading && <h2 ref={virtualizer.measureElement} data-index={heading.index} style={{ marginTop: heading.gap }}>{name}</h2>}
            <ol>
              {(heading || !first ? rest : [first, ...rest]).map(({ item, index, gap }) => item.kind === 'change'
                && entry(item.change, { index, gap, place: item.place, count: day.changes.length, measure: virtualizer.measureElement }))}
            </ol>
          </section>
        )
      })}
    </div>
  )
}

/** Returns how far below the beginning of the scroller an element begins. What is above it may grow. */
function useMargin(element: RefObject<HTMLElement | null>, scroller: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setMargin(element.current?.offsetTop ?? 0)
    measure()
    const observer = new ResizeObserver(measure)
    for (const child of scroller.current?.children ?? []) if (child !== element.current) observer.observe(child)
    return () => observer.disconnect()
  })
  return margin
}
