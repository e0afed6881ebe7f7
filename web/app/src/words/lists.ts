import { formatNumber } from '../ui/format'
import { outOf, plural } from './plural'

/** Lists that are loaded while scrolling, and what is selected in them. These texts are loaded together with the pages that have such lists. */
export const lists = {
  loading: 'Loading…',
  loadingMore: 'Loading more…',
  showing: ({ shown, total }: { shown: number; total: number }) => `Showing ${outOf(shown, total)}`,
  waiting: (n: number) => `${plural(n, 'change')}: show`,

  selection: {
    label: 'Selection',
    all: (total: number | null) => (total === null ? 'Select all' : `Select all ${formatNumber(total)}`),
    one: (name: string) => `Select ${name}`,
    selecting: ({ read, total }: { read: number; total: number }) => `Selecting ${outOf(read, total)}…`,
    selected: (n: number) => `${formatNumber(n)} selected`,
    capped: (limit: number) => `Only the first ${formatNumber(limit)} are selected.`,
    clear: 'Clear selection',
    progress: ({ done, total }: { done: number; total: number }) => `${outOf(done, total)} done…`,
  },
}
