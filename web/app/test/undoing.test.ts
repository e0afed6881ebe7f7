import { beforeEach, expect, test, vi } from 'vitest'

import type { Wanted } from '../src/history/asking'

interface Answer { reverted: number; preview: unknown; change: { id: string } | null; userErrors: { message: string }[] }

/** What undoing each change would do. */
let previews: Record<string, { reverts: number; skippedCount: number } | null> = {}
/** What the server answers to each undo, in order; otherwise it does what the preview said. */
let answers: (Answer | string)[] = []
let undone: { id: string; cursor: string }[] = []

const previewOf = (id: string) => {
  const known = previews[id]
  return known && { ...known, possible: known.reverts > 0, cursor: `cursor of ${id}`, skipped: [] }
}

vi.mock('../src/api/client', () => ({
  request: async (kind: string, _: unknown, { id, cursor }: { id: string; cursor: string }) => {
    if (kind === 'query') return { data: { node: previewOf(id) && { __typename: 'Change', id, undo: previewOf(id) } }, problem: null }
    undone.push({ id, cursor })
    const answer = answers.shift() ?? { reverted: previews[id]!.reverts, preview: null, change: { id: `undo of ${id}` }, userErrors: [] }
    return typeof answer === 'string' ? { data: null, problem: answer } : { data: { undoChange: answer }, problem: null }
  },
}))

const undoing = await import('../src/history/undoing')
const { asked } = await import('../src/history/asking')
const { offerUndo } = await import('../src/history/offering')
const { notifications } = await import('../src/ui/notifications')

const undoOrAsk = (wanted: Wanted) => undoing.undoOrAsk(wanted, offerUndo)

const said = () => notifications.get().map(({ text }) => text)

beforeEach(() => {
  previews = { a: { reverts: 3, skippedCount: 0 }, b: { reverts: 2, skippedCount: 0 } }
  answers = []
  undone = []
  asked.set(null)
  notifications.set([])
})

test('undoes at once if nothing would be skipped, with the cursor of the preview', async () => {
  const onUndone = vi.fn()
  expect(await undoOrAsk({ changeIds: ['b', 'a'], done: 'All undone.', onUndone })).toBe(true)
  expect(undone).toEqual([{ id: 'b', cursor: 'cursor of b' }, { id: 'a', cursor: 'cursor of a' }])
  expect(said()).toEqual(['All undone.'])
  expect(onUndone).toHaveBeenCalledOnce()
  expect(asked.get()).toBeNull()
})

test('offers to redo what it undid, the newest first', async () => {
  await undoOrAsk({ changeIds: ['b', 'a'] })
  const [notification] = notifications.get()
  expect(notification).toMatchObject({ text: 'Undone: 5 edits.', action: { label: 'Redo', link: { path: '/history', search: '?change=undo of a' } } })
  previews = { 'undo of a': { reverts: 3, skippedCount: 0 }, 'undo of b': { reverts: 2, skippedCount: 0 } }
  notification!.action!.run()
  await expect.poll(() => undone.map(({ id }) => id)).toEqual(['b', 'a', 'undo of a', 'undo of b'])
  await expect.poll(said).toEqual(['Redone: 5 edits.'])
})

test('asks first if an edit would be skipped', async () => {
  previews.a = { reverts: 2, skippedCount: 1 }
  expect(await undoOrAsk({ changeIds: ['a'] })).toBe(false)
  expect(undone).toEqual([])
  expect(asked.get()).toMatchObject({ wanted: { changeIds: ['a'] }, changed: false, preview: [{ changeId: 'a' }] })
})

test('shows the new preview if the account has changed meanwhile, for what is left to undo', async () => {
  answers = [
    { reverted: 2, preview: null, change: { id: 'undo of b' }, userErrors: [] },
    { reverted: 0, preview: { possible: true, reverts: 1, skippedCount: 2, skipped: [], cursor: 'new' }, change: null, userErrors: [{ message: 'Changed.' }] },
  ]
  expect(await undoOrAsk({ changeIds: ['b', 'a'], done: 'All undone.' })).toBe(false)
  expect(said()).toEqual(['Undone: 2 edits.'])
  expect(asked.get()).toMatchObject({ changed: true, preview: [{ changeId: 'a', preview: { cursor: 'new' } }] })
})

test('says what went wrong', async () => {
  answers = ['Offline.']
  expect(await undoOrAsk({ changeIds: ['a'] })).toBe(false)
  expect(said()).toEqual(['Offline.'])
  previews.a = null
  await undoOrAsk({ changeIds: ['a'] })
  expect(said()).toContain('History no longer has this change.')
})

test('offers to undo what is left if a part could not be undone', async () => {
  answers = [{ reverted: 2, preview: null, change: { id: 'undo of b' }, userErrors: [] }, 'Offline.']
  expect(await undoOrAsk({ changeIds: ['b', 'a'], done: 'All undone.' })).toBe(false)
  expect(said()).toEqual(['Undone: 2 edits. Offline.'])
  const [notification] = notifications.get()
  expect(notification).toMatchObject({ kind: 'problem', action: { label: 'Undo' } })
  notification!.action!.run()
  await expect.poll(() => undone.map(({ id }) => id)).toEqual(['b', 'a', 'a'])
  await expect.poll(said).toEqual(['All undone.'])
})

test('offers nothing if nothing was done', () => {
  offerUndo('Refused.', { changeIds: [] }, 'problem')
  expect(notifications.get()).toMatchObject([{ kind: 'problem', text: 'Refused.', action: undefined }])
})
