import { describe, expect, test } from 'vitest'

import { differences, numberOf } from '../src/live/differences'
import { LiveList, type Page, type Source } from '../src/live/LiveList'
import { parts } from '../src/live/parts'
import { selectRange } from '../src/live/useSelection'

interface Row {
  id: string
  state: string
}

const row = (id: string, state = 'first'): Row => ({ id, state })
const stateOf = ({ state }: Row) => state

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
  const selected = selectRange(new Map<string, string>(), rows, stateOf, 3, 1, true)
  expect([...selected.keys()]).toEqual(['b', 'c', 'd'])
  expect([...selectRange(selected, rows, stateOf, 1, 2, false).keys()]).toEqual(['d'])
})

test('long lists are sent in parts', () => {
  expect(parts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
  expect(parts([], 2)).toEqual([])
})

/** A server with a list in memory. */
class Server implements Source<Row, Row> {
  constructor(public list: Row[]) {}
  private part(rows: readonly Row[], first: number, after: string | null): Page<Row> {
    const from = after === null ? 0 : rows.findIndex(({ id }) => id === after) + 1
    const found = rows.slice(from, from + first)
    return { rows: found, total: rows.length, cursor: from + first < rows.length ? found.at(-1)!.id : null }
  }
  page: Source<Row, Row>['page'] = async (first, after) => ({ data: this.part(this.list, first, after), problem: null })
  keys: Source<Row, Row>['keys'] = async (first, after) => ({ data: this.part(this.list, first, after), problem: null })
  rows: Source<Row, Row>['rows'] = async (ids) => ({ data: [...this.list, ...this.gone].filter(({ id }) => ids.includes(id)), problem: null })
  gone: Row[] = []
}

const many = (n: number) => Array.from({ length: n }, (_, at) => row(`r${at}`))
const shownBy = (list: LiveList<Row, Row>) => list.state.get().rows.map(({ id }) => id)

describe('the list', () => {
  test('reads the next page when asked, each row once', async () => {
    const server = new Server(many(150))
    const list = new LiveList(server, () => false)
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
    const list = new LiveList(server, () => false)
    await list.show()
    list.see(['r0', 'r1', 'r2'])
    server.gone = [row('r1', 'second')]
    server.list = [row('new'), row('r0'), row('r2')]
    await list.changed()
    expect(list.state.get().rows.map(({ id, state }) => `${id} ${state}`)).toEqual(['r0 first', 'r1 second', 'r2 first'])
    expect(list.state.get().waiting).toBe(2)
    await list.show()
    expect(shownBy(list)).toEqual(['new', 'r0', 'r2'])
    expect(list.state.get().waiting).toBe(0)
  })

  test('moves rows at once if nothing is in use', async () => {
    const server = new Server(many(2))
    const list = new LiveList(server, () => true)
    await list.show()
    server.list.unshift(row('new'))
    await list.changed()
    await expect.poll(() => shownBy(list)).toEqual(['new', 'r0', 'r1'])
  })

  test('reads rows out of sight again before they are shown', async () => {
    const server = new Server(many(3))
    const list = new LiveList(server, () => false)
    await list.show()
    list.see(['r0'])
    server.list = server.list.map(({ id }) => row(id, 'second'))
    await list.changed()
    expect(list.state.get().rows.map(({ state }) => state)).toEqual(['second', 'first', 'first'])
    list.see(['r0', 'r1'])
    await expect.poll(() => list.state.get().rows[1]?.state).toBe('second')
    expect(list.state.get().rows[2]?.state).toBe('first')
  })

  test('drops a response to an older reading', async () => {
    const server = new Server(many(2))
    const list = new LiveList(server, () => false)
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
    const list = new LiveList(server, () => false)
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
    server.list = [row('r0', 'second')]
    const second = list.changed()
    answers[0]!()
    await expect.poll(() => answers.length).toBe(2)
    answers[1]!()
    await Promise.all([first, second])
    expect(list.state.get().rows[0]?.state).toBe('second')
  })
})
