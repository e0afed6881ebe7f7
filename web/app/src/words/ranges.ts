import { formatNumber } from '../ui/format'
import { form, plural } from './plural'

const mostNamed = 3 // names in one message

type Refusal = 'unknown' | 'several' | 'twice' | 'unsaved'

const reasons: Record<Refusal, (name: string) => string> = {
  unknown: (name) => `“${name}” was not found`,
  several: (name) => `“${name}” is listed more than once`,
  twice: (name) => `“${name}” was pasted into several cells`,
  unsaved: (name) => `“${name}” is in another unsaved change`,
}

/** Selecting several cells of the grid, and what can be done with them. */
export const ranges = {
  selected: ({ rows, columns }: { rows: number; columns: number }) => `Selected: ${plural(rows, 'row')}, ${plural(columns, 'column')}`,
  reading: 'Reading the selected rows…',
  leftOut: (rows: number) => `${plural(rows, 'more row')} of the selection ${form(rows, 'was', 'were')} left out.`,
  accepted: (suggestions: number) => `Accepted ${plural(suggestions, 'suggestion')}, unsaved.`,
  unsure: (suggestions: number) => `${plural(suggestions, 'suggestion')} ${form(suggestions, 'is', 'are')} less certain: check, then press Enter again.`,
  nothingToAccept: 'The selected cells have no suggestions.',
  cleared: (cells: number) => `Emptied ${plural(cells, 'cell')}, unsaved.`,
  nothingToClear: 'The selected cells are empty.',
  copied: (cells: number) => `Copied ${plural(cells, 'cell')}.`,
  cut: (cells: number) => `Cut ${plural(cells, 'cell')}. Paste to move what they contain.`,
  notCopied: 'This browser can only copy rows that were on the screen. Scroll through them, or select fewer.',
  pasted: (cells: number) => `Pasted into ${plural(cells, 'cell')}, unsaved.`,
  /** What was not pasted, and why. */
  refused: (refused: readonly { name: string; why: Refusal }[]) => {
    const named = refused.slice(0, mostNamed).map(({ name, why }) => reasons[why](name)).join(', ')
    const more = refused.length - mostNamed
    return `${plural(refused.length, 'cell')} ${form(refused.length, 'was', 'were')} left unchanged: ${named}${more > 0 ? ` and ${formatNumber(more)} more` : ''}.`
  },
  toChoose: (cells: number) =>
    `${plural(cells, 'cell')} ${form(cells, 'takes', 'take')} what is mapped to another organization: open ${form(cells, 'it', 'them')} to choose.`,
  outside: (fields: number) => `${plural(fields, 'value')} did not fit into the grid.`,
  oneForSeveral: 'An external organization belongs to only one organization, so it cannot be pasted into several rows. Select one row.',
  nothingToPaste: 'There is nothing to paste.',
  tooMuchToPaste: 'This is too much text to paste at once.',
}
