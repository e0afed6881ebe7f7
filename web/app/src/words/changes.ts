import { formatNumber } from '../ui/format'
import { plural } from './plural'

/** What a refresh changed by name. */
export const changes = {
  expand: 'Show names',
  expandReview: 'Show what would change',
  removed: ({ count, mapped }: { count: number; mapped: number }) =>
    `Removed: ${formatNumber(count)}${mapped === 0 ? '' : `, of which ${formatNumber(mapped)} mapped`}`,
  kinds: {
    RENAMED: (count: number) => `Renamed: ${formatNumber(count)}`,
    RETURNED: (count: number) => `Listed again: ${formatNumber(count)}`,
    ADDED: (count: number) => `New: ${formatNumber(count)}`,
  },
  renamed: ({ name, previousName }: { name: string; previousName: string }) => `${previousName} → ${name}`,
  mapped: 'mapped',
  more: (count: number) => `and ${plural(count, 'more', 'more')}`,
  notKept: 'No names changed, or they’re no longer kept.',
}
