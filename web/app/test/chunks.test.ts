import { describe, expect, test } from 'vitest'

import { groups, inChunks, ready, without } from '../src/organizations/chunks'
import { type Edit, held, keyOf, nothingStaged, observe, stage } from '../src/organizations/staged'

function edit(organization: string, base: string[], wanted: string[]): Edit {
  const externals = (ids: string[]) => ids.map((id) => ({ id, name: `External ${id}`, gone: false }))
  return { organizationId: organization, organizationName: organization, integrationId: 'column', base: externals(base), wanted: externals(wanted) }
}

const names = (edits: readonly Edit[]) => edits.map(({ organizationId }) => organizationId).join('')

describe('groups', () => {
  test('the two cells of a move belong together, in either order', () => {
    expect(groups([edit('a', [], ['1']), edit('b', [], ['2']), edit('c', ['1'], [])]).map(names)).toEqual(['ac', 'b'])
    expect(groups([edit('a', ['1'], []), edit('b', [], ['2']), edit('c', [], ['1'])]).map(names)).toEqual(['ac', 'b'])
  })

  test('a swap and a chain of moves are one group', () => {
    expect(groups([edit('a', ['1'], ['2']), edit('b', ['2'], ['1'])]).map(names)).toEqual(['ab'])
    expect(groups([edit('a', ['1'], []), edit('b', ['2'], ['1']), edit('c', ['3'], ['2']), edit('d', [], ['3'])]).map(names)).toEqual(['abcd'])
  })
})

describe('saves of at most 1,000 cells', () => {
  test('2,400 cells are three saves, in order', () => {
    const edits = Array.from({ length: 2_400 }, (_, n) => edit(`${n}`, [], [`e${n}`]))
    const { chunks } = inChunks(edits, 1_000)
    expect(chunks.map(({ length }) => length)).toEqual([1_000, 1_000, 400])
    expect(chunks.flat()).toEqual(edits)
  })

  test('a move is never divided', () => {
    const { chunks } = inChunks([edit('a', [], ['1']), edit('b', [], ['2']), edit('c', ['3'], []), edit('d', [], ['3'])], 3)
    expect(chunks.map(names)).toEqual(['ab', 'cd'])
  })

  test('moves that do not fit into one save are reported, and the rest is saved', () => {
    const chain = [edit('a', ['1'], []), edit('b', ['2'], ['1']), edit('c', [], ['2'])]
    const { chunks, tooLarge } = inChunks([...chain, edit('d', [], ['9'])], 2)
    expect(names(tooLarge)).toBe('abc')
    expect(chunks.map(names)).toEqual(['d'])
  })
})

describe('what a save leaves out', () => {
  test('a refused cell stays together with the other side of its move', () => {
    const edits = [edit('a', ['1'], []), edit('b', [], ['1']), edit('c', [], ['2'])]
    expect(names(without(edits, new Set([keyOf(edits[1]!)])))).toBe('c')
    expect(names(without(edits, new Set()))).toBe('abc')
  })

  test('cells that wait for a choice are not sent', () => {
    const edits = [edit('a', ['1'], []), edit('b', [], ['1']), edit('c', [], ['2']), edit('d', [], ['3'])]
    const staged = stage(nothingStaged, edits)
    const changed = observe(staged, keyOf(edits[1]!), { externals: [{ id: '9', name: 'Nine', gone: false }], by: 'Ann', at: '' })
    const holder = { organizationId: 'x', organizationName: 'Xenon', by: 'Ann' }
    expect(names(ready(held(changed, [['2', holder]])))).toBe('d')
  })
})
