import { describe, expect, test } from 'vitest'

import type { Integration } from '../src/api/documents'
import { allowedWidth, arranged, changed, type Choice, complete, moved, restored, stepTarget, stored } from '../src/organizations/columns'
import { dropIndex, layoutOf, withAlso } from '../src/organizations/layout'

const integrations = (...ids: string[]) => ids.map((id) => ({ id, name: id }) as Integration)
const choice = (id: string, part: Partial<Choice> = {}): Choice => ({ id, width: null, hidden: false, pinned: false, ...part })
const order = (columns: readonly { integration: Integration }[]) => columns.map(({ integration }) => integration.id).join(' ')

describe('the order of columns', () => {
  test('is that of the integrations until one is moved', () => {
    expect(order(arranged(integrations('a', 'b', 'c'), []))).toBe('a b c')
  })
  test('puts a new integration at the end', () => {
    expect(order(arranged(integrations('new', 'a', 'b'), [choice('b'), choice('a')]))).toBe('b a new')
  })
  test('survives a disconnected integration', () => {
    const choices = [choice('c'), choice('gone', { width: 300 }), choice('a'), choice('b')]
    expect(order(arranged(integrations('a', 'b', 'c'), choices))).toBe('c a b')
    expect(moved(complete(choices, ['a', 'b', 'c']), 'b', 'c').map(({ id }) => id)).toEqual(['b', 'c', 'gone', 'a'])
    expect(order(arranged(integrations('a', 'b', 'c', 'gone'), choices))).toBe('c gone a b')
  })
  test('puts pinned columns first, in their order', () => {
    expect(order(arranged(integrations('a', 'b', 'c', 'd'), [choice('a'), choice('b', { pinned: true }), choice('c'), choice('d', { pinned: true })]))).toBe('b d a c')
  })
  test('moves a column before another one, or to the end', () => {
    const all = [choice('a'), choice('b'), choice('c')]
    expect(moved(all, 'c', 'a').map(({ id }) => id)).toEqual(['c', 'a', 'b'])
    expect(moved(all, 'a', null).map(({ id }) => id)).toEqual(['b', 'c', 'a'])
    expect(moved(all, 'b', 'b')).toEqual(all)
    expect(moved(all, 'unknown', 'a')).toEqual(all)
  })
  test('a step passes over hidden columns and stays among the pinned or the others', () => {
    const choices = [choice('a', { pinned: true }), choice('b'), choice('hidden', { hidden: true }), choice('c'), choice('d')]
    const visible = arranged(integrations('a', 'b', 'hidden', 'c', 'd'), choices).filter(({ hidden }) => !hidden)
    expect(stepTarget(visible, 'b', -1)).toBeUndefined()
    expect(stepTarget(visible, 'a', 1)).toBeUndefined()
    expect(stepTarget(visible, 'c', -1)).toBe('b')
    expect(stepTarget(visible, 'b', 1)).toBe('d')
    expect(stepTarget(visible, 'c', 1)).toBeNull()
    expect(stepTarget(visible, 'd', 1)).toBeUndefined()
    expect(order(arranged(integrations('a', 'b', 'hidden', 'c', 'd'), moved(choices, 'b', 'd')).filter(({ hidden }) => !hidden))).toBe('a c b d')
  })
})

describe('remembered columns', () => {
  test('are what was stored', () => {
    const choices = [choice('a', { width: 320, pinned: true }), choice('b', { hidden: true })]
    expect(restored(stored(choices))).toEqual(choices)
    expect(changed(choices, 'b', { width: 200 })[1]).toEqual(choice('b', { hidden: true, width: 200 }))
  })
  test.each([
    ['nothing', null], ['an empty text', ''], ['no JSON', '{"version":1,'], ['null', 'null'], ['a list', '[]'], ['a number', '7'],
    ['another version', '{"version":2,"columns":[{"id":"a"}]}'], ['no list', '{"version":1,"columns":{"id":"a"}}'],
  ])('are none if the storage contains %s', (_, text) => {
    expect(restored(text)).toEqual([])
  })
  test('leave out damaged and repeated entries, and correct their values', () => {
    const columns = [null, 7, { id: 5 }, { id: 'a', width: 9_999, hidden: 'yes', pinned: true }, { id: 'a' }, { id: 'b', width: 'wide' }, { id: 'c', width: -1 }]
    expect(restored(JSON.stringify({ version: 1, columns }))).toEqual([choice('a', { width: 640, pinned: true }), choice('b'), choice('c', { width: 160 })])
  })
  test('are at most 200, and those of integrations that are gone go first', () => {
    const many = Array.from({ length: 300 }, (_, index) => choice(`gone ${index}`))
    expect(restored(stored(many))).toHaveLength(200)
    expect(complete(many.slice(0, 199), ['a'])).toHaveLength(200)
    expect(complete(many.slice(0, 200), ['a', 'gone 3']).map(({ id }) => id)).toEqual(['gone 3', 'a'])
  })
  test('have a width between small and 640 pixels', () => {
    expect([0, 159.6, 200.4, 10_000].map(allowedWidth)).toEqual([160, 160, 200, 640])
  })
})

describe('the layout', () => {
  const columns = (...parts: Partial<Choice>[]) => parts.map((part) => choice('', part))
  test('gives every column 228 pixels where there is no more', () => {
    const { widths, starts, end, nameWidth } = layoutOf(columns({}, {}, {}, {}, {}, {}), 1_000)
    expect(nameWidth).toBe(260)
    expect(widths).toEqual([228, 228, 228, 228, 228, 228])
    expect(starts.slice(0, 2)).toEqual([260, 488])
    expect(end).toBe(260 + 6 * 228)
  })
  test('lets columns without a chosen width share the rest of a wide grid', () => {
    expect(layoutOf(columns({ width: 160 }, {}, {}), 1_000).widths).toEqual([160, 290, 290])
    expect(layoutOf(columns({ width: 160 }, {}), 2_000).widths).toEqual([160, 340])
  })
  test('keeps pinned columns in view as long as another one fits beside them', () => {
    const { sticky, stickyEnd, places } = layoutOf(columns({ pinned: true }, { pinned: true }, {}), 1_000)
    expect([sticky, stickyEnd]).toEqual([2, 260 + 2 * 247 - 2 * 1])
    expect(places.map(({ position }) => position)).toEqual(['sticky', 'sticky', undefined])
    expect(layoutOf(columns({ pinned: true, width: 320 }, { pinned: true, width: 320 }, {}), 900).sticky).toBe(1)
    expect(layoutOf(columns({ pinned: true }, {}), 390).sticky).toBe(0)
  })
  test('adds the pinned columns and the focused one to those in view, once each', () => {
    expect(withAlso([4, 5], [9, 0, 4, -1], 9)).toEqual([0, 4, 5])
  })
  test('finds where a dragged column lands, also while the grid is scrolled', () => {
    const all = columns({ pinned: true, width: 200 }, { width: 200 }, { width: 200 }, { width: 200 })
    const layout = layoutOf(all, 1_000) // names to 260, pinned to 460
    expect(dropIndex(all, layout, 3, 0, 0)).toBe(1)
    expect(dropIndex(all, layout, 1, 700, 0)).toBe(2)
    expect(dropIndex(all, layout, 1, 700, 200)).toBe(3)
    expect(dropIndex(all, layout, 1, 2_000, 0)).toBe(4)
    expect(dropIndex(all, layout, 0, 2_000, 0)).toBe(1)
    expect(dropIndex(all, layout, 0, 0, 500)).toBe(0)
  })
})
