import type { GridRow, Integration } from '../api/documents'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { type List, pageSize, readPage } from './pages'
import type { Rectangle } from './range'

const text = words.ranges
const maxRows = 2_000 // in one gesture: more are read too slowly to wait for
const readersAtOnce = 4

/** Where a gesture happens. */
export interface Scene {
  list: List
  /** The integrations whose suggestions the rows have. */
  suggesting: readonly string[]
  integrations: readonly Integration[]
  /** The number of rows. */
  total: number
  at: (row: number) => GridRow | undefined
}

/** Says what a gesture did. All of them share one notification. */
export const say = (kind: 'done' | 'problem', what: readonly (string | null)[]) =>
  notify(kind, what.filter((one) => one !== null).join(' '), 'range')

/**
 * Calls act with the rows from top to bottom: at once if all are loaded, else when they have been read. leftOut says how many rows
 * of the range were too many.
 */
export function withRows({ list, suggesting, at }: Scene, { top, bottom }: Pick<Rectangle, 'top' | 'bottom'>, act: (rows: GridRow[], leftOut: string | null) => void): void {
  const last = Math.min(bottom, top + maxRows - 1)
  const leftOut = last < bottom ? text.leftOut(bottom - last) : null
  const loaded = rowsNow(at, top, last)
  if (loaded) return act(loaded, leftOut)
  say('done', [text.reading])
  void rowsRead(list, suggesting, top, last).then((rows) => (typeof rows === 'string' ? say('problem', [rows]) : act(rows, leftOut)))
}

function rowsNow(at: Scene['at'], top: number, bottom: number): GridRow[] | null {
  const rows: GridRow[] = []
  for (let row = top; row <= bottom; row++) {
    const here = at(row)
    if (!here) return null
    rows.push(here)
  }
  return rows
}

/** Reads rows of a list. Returns them, or an error message. */
async function rowsRead(list: List, suggesting: readonly string[], top: number, bottom: number): Promise<GridRow[] | string> {
  const first = Math.floor(top / pageSize)
  const pages = Array.from({ length: Math.floor(bottom / pageSize) - first + 1 }, (_, at) => first + at)
  const rows: GridRow[] = []
  for (let from = 0; from < pages.length; from += readersAtOnce) {
    for (const page of await Promise.all(pages.slice(from, from + readersAtOnce).map((one) => readPage(list, suggesting, one)))) {
      if ('problem' in page) return page.problem
      rows.push(...page.rows)
    }
  }
  return rows.slice(top - first * pageSize, bottom + 1 - first * pageSize)
}
