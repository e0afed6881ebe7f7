import { words } from '../words'
import { clip, copied } from './clipboard'
import { textOf } from './fields'
import { itemsIn, type Rectangle } from './range'
import { say, type Scene, withRows } from './scene'
import { type Edit, stage } from './staged'
import { acceptingAll, rejected } from './suggestions'
import { contentOf, edit, externalsOf, staged } from './workspace'

const text = words.ranges

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
