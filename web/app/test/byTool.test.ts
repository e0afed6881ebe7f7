import { describe, expect, test } from 'vitest'

import type { LensRow, MatchCounts } from '../src/bytool/documents'
import { type Key, LensList, type Page, type Source } from '../src/bytool/LensList'
import { differences, isNew, numberOf, parts, possible, proposedReason, reasonsFor, selectedIn, selectRange } from '../src/bytool/rows'
import { countOf, fromAddress, listOf, toAddress, type View } from '../src/bytool/view'
import { moving } from '../src/organizations/cellchanges'

const row = (id: string, matchState: LensRow['matchState'] = 'SUGGESTED'): LensRow => ({
  id, name: `Name of ${id}`, remoteId: id, url: null, website: null, city: null, addedAt: '2026-11-29T12:00:00Z', integration: { id: 'i1' },
  matchState, needsDecisionBecause: null, suggestion: null, candidates: [], mapping: null, exclusion: null,
})

describe('the address', () => {
  test.each<View>([
    { facet: 'decide', integration: null, search: '', order: 'newest' },
    { facet: 'excluded', integration: 'intg_1', search: 'a & b', order: 'best' },
  ])('restores the view', (view) => {
    expect(fromAddress(toAddress(view))).toEqual(view)
  })

  test('is short for the usual view, and unknown values stand for it', () => {
    expect(toAddress({ facet: 'decide', integration: null, search: '', order: 'newest' })).toBe('')
    expect(fromAddress('?show=nonsense&order=nonsense')).toEqual({ facet: 'decide', integration: null, search: '', order: 'newest' })
  })
})

test('to decide is what is suggested, needs a decision, or whose links disagree, newest first', () => {
  const { filter, orderBy } = listOf(fromAddress(''))
  expect(filter.states).toEqual(['SUGGESTED', 'NEEDS_DECISION', 'CONFLICT'])
  expect(filter.integrationIds).toBeNull()
  expect(orderBy).toEqual({ field: 'ADDED_AT', direction: 'DESC' })
})

test('counts add up over states and integrations', () => {
  const counts: MatchCounts = { mapped: 1, suggested: 2, needsDecision: 4, conflict: 8, excluded: 16, removed: 32 }
  const all = new Map([['i1', counts], ['i2', counts]])
  expect(countOf('decide', all, 'i1')).toBe(14)
  expect(countOf('decide', all, null)).toBe(28)
  expect(countOf('all', all, 'i1')).toBe(63)
  expect(countOf('mapped', all, 'gone')).toBe(0)
})

test('a record is new for seven days', () => {
  const now = Date.parse('2026-11-30T12:00:00Z')
  expect(isNew('2026-11-23T12:00:01Z', now)).toBe(true)
  expect(isNew('2026-11-23T12:00:00Z', now)).toBe(false)
})

test.each([
  ['Template - New Client', 'TEST'],
  ['_Template - Do Not Use', 'TEST'],
  ['ZZ Demo', 'TEST'],
  ['Acme (Inactive)', 'FORMER_CLIENT'],
  ['Prospect: Acme', 'PROSPECT'],
  ['Temple Israel', null],
  ['Contest Media', null],
])('the name %s proposes %s', (name, reason) => {
  expect(proposedReason(name)).toBe(reason)
})

test('the proposed reason comes first, and all are offered once', () => {
  expect(reasonsFor('TEST')[0]).toBe('TEST')
  expect(new Set(reasonsFor('TEST'))).toEqual(new Set(reasonsFor(null)))
  expect(reasonsFor('TEST')).toHaveLength(8)
})

describe('the differences between what is shown and the list now', () => {
  test('are rows that entered, also at the end of a list that is shown completely', () => {
    expect(differences(['a', 'b'], ['new', 'a', 'b', 'last'], true)).toEqual({ entered: 2, left: 0, moved: false })
  })
  test('do not count rows that have not been loaded yet', () => {
    expect(differences(['a', 'b'], ['new', 'a', 'b', 'later'], false)).toEqual({ entered: 1, left: 0, moved: false })
  })
  test('are rows that left', () => {
    expect(differences(['a', 'b', 'c'], ['a', 'later'], false)).toEqual({ entered: 0, left: 2, moved: false })
  })
  test('are rows in another order, counted as one change', () => {
    const moved = differences(['a', 'b', 'c'], ['c', 'a', 'b'], true)
    expect(moved).toEqual({ entered: 0, left: 0, moved: true })
    expect(numberOf(moved)).toBe(1)
  })
  test('are none if nothing changed', () => {
    expect(numberOf(differences(['a', 'b'], ['a', 'b', 'later'], false))).toBe(0)
  })
})

test('a range is selected in both directions, and taken back', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => row(id))
  const selected = selectRange(new Map(), rows, 3, 1, true)
  expect([...selected.keys()]).toEqual(['b', 'c', 'd'])
  expect([...selectRange(selected, rows, 1, 2, false).keys()]).toEqual(['d'])
})

test('a selection is told apart by state', () => {
  const selected = new Map([['a', 'SUGGESTED'], ['b', 'MAPPED'], ['c', 'CONFLICT']] as const)
  expect(selectedIn(selected, 'SUGGESTED', 'CONFLICT')).toEqual(['a', 'c'])
})

test('long lists are sent in parts', () => {
  expect(parts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(parts([], 2)).toEqual([])
})

test('what is mapped cannot be excluded, and what is excluded can only be included again', () => {
  expect(possible(row('a', 'MAPPED'))).toMatchObject({ exclude: false, clear: true, mapTo: true, accept: false })
  expect(Object.entries(possible(row('a', 'EXCLUDED'))).filter(([, can]) => can)).toEqual([['include', true]])
})

describe('mapping an external organization', () => {
  test('adds it to the cell, which keeps what it contains', () => {
    expect(moving('x', null, { id: 'o1', cell: ['y'] })).toEqual([{ organizationId: 'o1', before: ['y'], after: ['y', 'x'] }])
  })
  test('takes it from the cell that contains it', () => {
    expect(moving('x', { id: 'o1', cell: ['x', 'y'] }, { id: 'o2', cell: [] })).toEqual([
      { organizationId: 'o1', before: ['x', 'y'], after: ['y'] }, { organizationId: 'o2', before: [], after: ['x'] },
    ])
  })
})

/** A server with a list in memory. */
class Server implements Source {
  constructor(public list: LensRow[]) {}
  private part<Row extends Key>(rows: readonly Row[], first: number, after: string | null): Page<Row> {
    const from = after === null ? 0 : rows.findIndex(({ id }) => id === after) + 1
    const found = rows.slice(from, from + first)
    return { rows: found, total: rows.length, cursor: from + first < rows.length ? found.at(-1)!.id : null }
  }
  page: Source['page'] = async (_, first, after) => ({ data: this.part(this.list, first, after), problem: null })
  keys: Source['keys'] = async (_, first, after) => ({ data: this.part(this.list, first, after), problem: null })
  rows: Source['rows'] = async (ids) => ({ data: [...this.list, ...this.gone].filter(({ id }) => ids.includes(id)), problem: null })
  gone: LensRow[] = []
}

const many = (n: number) => Array.from({ length: n }, (_, at) => row(`r${at}`))
const shownBy = (list: LensList) => list.state.get().rows.map(({ id }) => id)

describe('the list', () => {
  test('reads the next page when asked, each row once', async () => {
    const server = new Server(many(150))
    const list = new LensList(listOf(fromAddress('')), server, () => false)
    await list.show()
    expect(shownBy(list)).toHaveLength(100)
    server.list.unshift(row('new')) // shifts no row of a page after a cursor
    await list.more()
    expect(shownBy(list)).toHaveLength(150)
    await list.more()
    expect(new Set(shownBy(list)).size).toBe(150)
  })

  test('changes a row in place, and lets it leave only when the list is shown anew', async () => {
    const server = new Server(many(3))
    const list = new LensList(listOf(fromAddress('')), server, () => false)
    await list.show()
    list.see(['r0', 'r1', 'r2'])
    server.gone = [row('r1', 'MAPPED')]
    server.list = [row('new'), row('r0'), row('r2')]
    await list.changed()
    expect(list.state.get().rows.map(({ id, matchState }) => `${id} ${matchState}`)).toEqual(['r0 SUGGESTED', 'r1 MAPPED', 'r2 SUGGESTED'])
    expect(list.state.get().waiting).toBe(2)
    await list.show()
    expect(shownBy(list)).toEqual(['new', 'r0', 'r2'])
    expect(list.state.get().waiting).toBe(0)
  })

  test('moves rows at once if nothing is in use', async () => {
    const server = new Server(many(2))
    const list = new LensList(listOf(fromAddress('')), server, () => true)
    await list.show()
    server.list.unshift(row('new'))
    await list.changed()
    await expect.poll(() => shownBy(list)).toEqual(['new', 'r0', 'r1'])
  })

  test('reads rows out of sight again before they are shown', async () => {
    const server = new Server(many(3))
    const list = new LensList(listOf(fromAddress('')), server, () => false)
    await list.show()
    list.see(['r0'])
    server.list = server.list.map(({ id }) => row(id, 'CONFLICT'))
    await list.changed()
    expect(list.state.get().rows.map(({ matchState }) => matchState)).toEqual(['CONFLICT', 'SUGGESTED', 'SUGGESTED'])
    list.see(['r0', 'r1'])
    await expect.poll(() => list.state.get().rows[1]?.matchState).toBe('CONFLICT')
    expect(list.state.get().rows[2]?.matchState).toBe('SUGGESTED')
  })

  test('drops a response to an older reading', async () => {
    const server = new Server(many(2))
    const list = new LensList(listOf(fromAddress('')), server, () => false)
    const answers: (() => void)[] = []
    const read = server.page
    server.page = (...given) => {
      const answer = read(...given)
      return new Promise((resolve) => { answers.push(() => resolve(answer)) })
    }
    const first = list.show()
    server.list = [row('newer')]
    const second = list.show()
    await expect.poll(() => answers.length).toBe(1)
    answers[0]!()
    await first
    expect(shownBy(list)).toEqual([])
    await expect.poll(() => answers.length).toBe(2)
    answers[1]!()
    await second
    expect(shownBy(list)).toEqual(['newer'])
  })

  test('reads again what changed while it was read', async () => {
    const server = new Server(many(1))
    const list = new LensList(listOf(fromAddress('')), server, () => false)
    await list.show()
    list.see(['r0'])
    const answers: (() => void)[] = []
    const read = server.rows
    server.rows = (ids) => {
      const answer = read(ids)
      return new Promise((resolve) => { answers.push(() => resolve(answer)) })
    }
    const first = list.changed()
    await expect.poll(() => answers.length).toBe(1)
    server.list = [row('r0', 'CONFLICT')]
    const second = list.changed()
    answers[0]!()
    await expect.poll(() => answers.length).toBe(2)
    answers[1]!()
    await Promise.all([first, second])
    expect(list.state.get().rows[0]?.matchState).toBe('CONFLICT')
  })
})
