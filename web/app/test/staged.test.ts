import { describe, expect, test } from 'vitest'

import {
  conflicts, drop, type Edit, elsewhere, type External, externalIds, held, keepMine, keyOf, nothingStaged, observe, open, redo, renamed, saved, stage,
  stagedFor, stagedOutOf, statusOf, unchangedSince, undo,
} from '../src/organizations/staged'

const external = (id: string): External => ({ id, name: `External ${id}`, gone: false })
const externals = (...ids: string[]) => ids.map(external)

function edit(organization: string, base: string[], wanted: string[]): Edit {
  return {
    organizationId: organization, organizationName: `Organization ${organization}`, integrationId: 'column',
    base: externals(...base), wanted: externals(...wanted),
  }
}

const key = keyOf({ organizationId: 'a', integrationId: 'column' })
const server = (...ids: string[]) => ({ externals: externals(...ids), by: 'Ann', at: '2026-01-01T00:00:00Z' })
const wantedIds = (edits: Edit[]) => edits.map(({ wanted }) => wanted.map(({ id }) => id))

describe('staging', () => {
  test('an edit is open until it equals what the cell contained before', () => {
    const once = stage(nothingStaged, [edit('a', ['1'], ['1', '2'])])
    expect(wantedIds(open(once))).toEqual([['1', '2']])
    expect(open(stage(once, [edit('a', ['1', '2'], ['1'])]))).toEqual([])
  })

  test('the order of external organizations does not make an edit', () => {
    expect(open(stage(nothingStaged, [edit('a', ['1', '2'], ['2', '1'])]))).toEqual([])
  })

  test('a second edit of a cell keeps the base of the first', () => {
    const twice = stage(stage(nothingStaged, [edit('a', ['1'], [])]), [edit('a', [], ['3'])])
    expect(twice.edits.get(key)?.base).toEqual(externals('1'))
  })
})

describe('undo and redo', () => {
  test('a move between two cells is one step', () => {
    const moved = stage(nothingStaged, [edit('a', [], ['1']), edit('b', ['1'], [])])
    const back = undo(moved)
    expect(open(back)).toEqual([])
    expect(open(redo(back))).toEqual(open(moved))
  })

  test('a new edit discards what redo could restore', () => {
    const first = stage(nothingStaged, [edit('a', [], ['1'])])
    const other = stage(undo(first), [edit('a', [], ['2'])])
    expect(redo(other)).toBe(other)
    expect(wantedIds(open(other))).toEqual([['2']])
  })

  test('discarding everything can be undone', () => {
    const two = stage(stage(nothingStaged, [edit('a', [], ['1'])]), [edit('b', [], ['2'])])
    const none = drop(two, two.edits.keys())
    expect(open(none)).toEqual([])
    expect(open(undo(none))).toHaveLength(2)
  })

  test('without history they do nothing', () => {
    expect(undo(nothingStaged)).toBe(nothingStaged)
    expect(redo(nothingStaged)).toBe(nothingStaged)
  })
})

describe('other people’s saves', () => {
  const mine = stage(nothingStaged, [edit('a', ['1'], ['2'])])

  test('different content is a conflict', () => {
    expect(conflicts(observe(mine, key, server('3')))).toHaveLength(1)
  })

  test('the same content settles the edit', () => {
    const settled = observe(mine, key, server('2'))
    expect(statusOf(settled, settled.edits.get(key)!)).toBe('settled')
    expect(open(settled)).toEqual([])
  })

  test('the original content is not a conflict', () => {
    expect(conflicts(observe(observe(mine, key, server('3')), key, server('1')))).toEqual([])
  })

  test('keeping mine makes theirs the base, which a save expects', () => {
    const kept = keepMine(observe(mine, key, server('3')), key)
    expect(conflicts(kept)).toEqual([])
    expect(kept.edits.get(key)?.base).toEqual(externals('3'))
    expect(wantedIds(open(kept))).toEqual([['2']])
  })

  test('taking theirs drops the edit, and undo brings the conflict back', () => {
    const taken = drop(observe(mine, key, server('3')), [key])
    expect(open(taken)).toEqual([])
    expect(conflicts(undo(taken))).toHaveLength(1)
  })

  test('restoring the original content while the server has other content stays a conflict', () => {
    const back = stage(observe(mine, key, server('3')), [edit('a', ['1'], ['1'])])
    expect(conflicts(back)).toHaveLength(1)
  })

  test('a new change after keeping mine is a conflict again', () => {
    const kept = keepMine(observe(mine, key, server('3')), key)
    expect(conflicts(observe(kept, key, server('4')))).toHaveLength(1)
  })
})

describe('saving', () => {
  test('removes saved edits and keeps those made meanwhile', () => {
    const two = stage(stage(nothingStaged, [edit('a', [], ['1'])]), [edit('b', [], ['2'])])
    const after = saved(two, [key])
    expect(open(after).map(({ organizationId }) => organizationId)).toEqual(['b'])
    expect(undo(after)).toBe(after)
  })
})

describe('finding a staged external organization', () => {
  const moved = stage(nothingStaged, [edit('a', [], ['1']), edit('b', ['1'], [])])

  test('finds it in its new cell, not in its old one', () => {
    expect(stagedFor(moved, 'column', '1')?.organizationId).toBe('a')
    expect(stagedFor(moved, 'other column', '1')).toBeUndefined()
    expect(stagedOutOf(moved, { organizationId: 'b', integrationId: 'column' }, '1')).toBe(true)
    expect(stagedOutOf(moved, { organizationId: 'c', integrationId: 'column' }, '1')).toBe(false)
  })
})

describe('renaming during an edit', () => {
  const moved = stage(nothingStaged, [edit('a', ['1'], ['2'])])
  const names = new Map([['2', { id: '2', name: 'New name', gone: true }]])

  test('edits get the new names and the removed marks', () => {
    const after = renamed(observe(moved, key, server('2')), new Map([['a', 'Renamed']]), names)
    expect(after.edits.get(key)).toMatchObject({ organizationName: 'Renamed', wanted: [names.get('2')] })
    expect(after.server.get(key)?.externals).toEqual([names.get('2')])
    expect(undo(after).edits.size).toBe(0)
    expect(redo(undo(after)).edits.get(key)?.wanted).toEqual([names.get('2')])
  })

  test('an edit without any of them stays the same object', () => {
    expect(renamed(moved, new Map([['b', 'Other']]), new Map([['9', { id: '9', name: 'x', gone: false }]])).edits.get(key)).toBe(moved.edits.get(key))
  })

  test('a save settles an edit that was renamed meanwhile, but not one that was edited further', () => {
    const sent = open(moved)
    expect(unchangedSince(renamed(moved, new Map(), names), sent)).toEqual([key])
    expect(unchangedSince(stage(moved, [edit('a', ['1'], ['2', '3'])]), sent)).toEqual([])
    expect(unchangedSince(undo(moved), sent)).toEqual([])
  })

  test('lists the IDs of all external organizations in edits', () => {
    expect([...externalIds(observe(moved, key, server('3')))].sort()).toEqual(['1', '2', '3'])
  })
})

describe('external organizations that others hold', () => {
  const wanting = stage(nothingStaged, [edit('a', [], ['1'])])
  const holder = { organizationId: 'b', organizationName: 'Baker', by: 'Ann' }
  const mine = (staged: typeof wanting) => statusOf(staged, staged.edits.get(key)!)

  test('an edit that takes one waits for a choice', () => {
    const staged = held(wanting, [['1', holder]])
    expect(mine(staged)).toBe('elsewhere')
    expect(elsewhere(staged, staged.edits.get(key)!)).toEqual([{ external: external('1'), holder }])
    expect(conflicts(staged)).toHaveLength(1)
  })

  test('removing it there, or that someone else removes it there, is the choice', () => {
    expect(mine(stage(held(wanting, [['1', holder]]), [edit('b', ['1'], [])]))).toBe('pending')
    expect(mine(held(held(wanting, [['1', holder]]), [['1', null]]))).toBe('pending')
  })

  test('what the cell contained all along is its own', () => {
    const kept = held(stage(nothingStaged, [edit('a', ['1'], ['1', '2'])]), [['1', { ...holder, organizationId: 'a' }]])
    expect(mine(kept)).toBe('pending')
  })
})
