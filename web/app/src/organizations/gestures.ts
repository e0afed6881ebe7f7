import type { GridRow, Integration } from '../api/documents'
import { notify } from '../ui/notifications'
import { words } from '../words'
import { clip, copied } from './clipboard'
import { textOf } from './fields'
import { type List, pageSize, readPage } from './pages'
import { itemsIn, type Rectangle } from './range'
import { type Edit, stage } from './staged'
import { acceptingAll, rejected } from './suggestions'
import { contentOf, edit, externalsOf, staged } from './workspace'

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

/**
 * Stages the suggestions of a range: first those that are certain enough to be accepted together, and only if there are none left, the
 * others. A person who selects a column has not looked at each suggestion, and a wrong mapping among hundreds is hard to find later.
 */
export function acceptRange(scene: Scene, range: Rectangle): void {
  const ids = itemsIn(range, scene.integrations).map(({ id }) => id)
  withRows(scene, range, (rows, leftOut) => {
    const { sure, unsure } = acceptingAll(rows, ids, staged.get(), rejected.get())
    const edits = sure.length > 0 ? sure : unsure
    if (edits.length === 0) return say('done', [text.nothingToAccept, leftOut])
    edit((all) => stage(all, edits))
    say('done', [text.accepted(edits.length), edits === sure && unsure.length > 0 ? text.unsure(unsure.length) : null, leftOut])
  })
}

/** Empties the cells of a range, as an unsaved change. */
export function clearRange(scene: Scene, range: Rectangle): void {
  const integrations = itemsIn(range, scene.integrations)
  withRows(scene, range, (rows, leftOut) => {
    const edits = rows.flatMap((row) => integrations.flatMap((integration): Edit[] => {
      if (contentOf(staged.get(), row, integration.id).length === 0) return []
      return [{ organizationId: row.id, organizationName: row.name, integrationId: integration.id, base: externalsOf(row, integration.id), wanted: [] }]
    }))
    if (edits.length === 0) return say('done', [text.nothingToClear, leftOut])
    edit((all) => stage(all, edits))
    say('done', [text.cleared(edits.length), leftOut])
  })
}

/** Copies a range, into the clipboard of a copy or cut event. Cut cells are emptied when they are pasted. */
export function copyRange(scene: Scene, range: Rectangle, data: DataTransfer, cut: boolean): void {
  let now = true
  withRows(scene, range, (rows, leftOut) => {
    const fields = copied(rows, range, scene.integrations, staged.get())
    const content = textOf(fields)
    const done = () => {
      clip.set({ text: content, fields, cut })
      say('done', [text[cut ? 'cut' : 'copied'](rows.length * (range.right - range.left + 1)), leftOut])
    }
    if (now) {
      data.setData('text/plain', content)
      return done()
    }
    // The event is over: only the asynchronous clipboard is left, and pages without https do not have it.
    void written(content).then((is) => (is ? done() : say('problem', [text.notCopied])))
  })
  now = false
}

async function written(content: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(content)
    return true
  } catch {
    return false
  }
}

/** Pastes the text of a paste event at the first cell of a range. */
export async function pasteRange(scene: Scene, range: Rectangle, pasted: string): Promise<void> {
  const { paste } = await import('./pasting')
  paste(scene, range, pasted)
}
