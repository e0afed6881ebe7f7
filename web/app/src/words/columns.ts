import { formatNumber } from '../ui/format'
import { outOf, plural } from './plural'

/** The columns of the grid: their headings, their order, width and visibility. */
export const columns = {
  title: 'Columns',
  button: ({ shown, total }: { shown: number; total: number }) => `Columns: ${outOf(shown, total)} shown`,
  shown: ({ shown, total }: { shown: number; total: number }) => outOf(shown, total),
  hiddenMeans: 'Filters and Accept suggestions leave out hidden columns.',
  showAll: 'Show all',
  showColumn: 'Show the column',
  showColumns: 'Show these columns',

  pin: 'Pin to the left',
  unpin: 'Unpin',
  moveLeft: 'Move left',
  leftKeys: 'Alt ←',
  moveRight: 'Move right',
  rightKeys: 'Alt →',
  hide: 'Hide column',
  width: 'Width',
  widths: {
    small: { sign: 'S', name: 'Width: small' },
    medium: { sign: 'M', name: 'Width: medium' },
    large: { sign: 'L', name: 'Width: large' },
    fit: { sign: 'Fit', name: 'Width: fit the names' },
  },

  allHidden: 'All columns are hidden.',
  filterHidden: (integration: string) => `The filter is about ${integration}, whose column is hidden.`,
  unsavedHidden: (changes: number) => `Hidden columns contain ${plural(changes, 'unsaved change')}.`,
  leftOut: (columns: number) => `${plural(columns, 'hidden column')} left out.`,

  mappedOf: ({ mapped, total }: { mapped: number; total: number }) => outOf(mapped, total),
  mapped: 'mapped',
  number: formatNumber,
  suggested: 'suggested',
}
