import { describe, expect, test } from 'vitest'

import type { RequestResult } from '../src/api/client'
import { ChangeList, type Page, pageLength, type Source } from '../src/history/ChangeList'
import { headLine, linesOf } from '../src/history/csv'
import { byDay } from '../src/history/days'
import type { Change, Edit } from '../src/history/documents'
import { keyOf, rowOf } from '../src/history/editRows'
import { chainOf, inGroups, isPermanent, standingOf } from '../src/history/standing'
import { inDays, itemsOf } from '../src/history/timeline'
import { filterOf, fromAddress, isFiltered, toAddress } from '../src/history/view'

const ann = { id: 'prs_1', name: 'Ann', kind: 'PERSON' } as const

type Undone = NonNullable<Change['undoneBy']>

const undo = (id: string, editCount = 2, undoneBy: Undone['undoneBy'] = null): Undone => ({ id, at: '2026-11-24T09:16:00Z', editCount, actor: { name: 'Ana' }, undoneBy })

const change = (id: string, part: Partial<Change> = {}): Change => ({
  id, at: '2026-11-24T09:14:00Z', action: 'MAPPINGS_SAVED', summary: 'Ann mapped 2.', editCount: 2, incomplete: null, actor: ann, undoes: null, undoneBy: null, ...part,
  revertedCount: part.revertedCount ?? revertedBy(part.undoneBy ?? null),
})

/** How many edits are reverted if a change was undone only once. */
function revertedBy(by: { editCount: number; undoneBy?: unknown } | null): number {
  return by === null ? 0 : by.editCount - revertedBy((by.undoneBy ?? null) as Undone | null)
}

describe('whether a change is in effect', () => {
  test('follows who undid it, redid it, and undid it again', () => {
    expect(standingOf(change('c'))).toEqual({ state: 'done', by: null, target: 'c' })
    expect(standingOf(change('c', { undoneBy: undo('u') }))).toMatchObject({ state: 'undone', target: 'u' })
    expect(standingOf(change('c', { undoneBy: undo('u', 2, undo('r') as Undone['undoneBy']) }))).toMatchObject({ state: 'redone', target: 'r' })
    const third = { ...undo('u2'), undoneBy: undefined }
    expect(standingOf(change('c', { undoneBy: undo('u', 2, undo('r', 2, third as never) as Undone['undoneBy']) }))).toMatchObject({ state: 'undone', target: 'u2' })
  })

  test('a change of which only some edits were undone can be undone further', () => {
    expect(standingOf(change('c', { editCount: 45, undoneBy: undo('u', 29) }))).toMatchObject({ state: 'partlyUndone', target: 'c', by: { editCount: 29 } })
  })

  test('a change that was undone in several parts is undone once all its edits are', () => {
    const parts = (revertedCount: number, undoneBy: Undone) => standingOf(change('c', { editCount: 3, revertedCount, undoneBy }))
    expect(parts(3, undo('second', 2))).toMatchObject({ state: 'undone', by: { id: 'second' }, target: 'second' })
    expect(parts(2, undo('second', 1))).toMatchObject({ state: 'partlyUndone', by: { id: 'second' }, target: 'c' })
    expect(parts(1, undo('second', 2, undo('redo', 2)))).toMatchObject({ state: 'partlyUndone', by: { id: 'second' }, target: 'redo' })
    const again = { ...undo('again', 1), undoneBy: undefined }
    expect(parts(2, undo('first', 3, undo('redo', 2, again as never)))).toMatchObject({ state: 'partlyUndone', by: { id: 'again' }, target: 'redo' })
    expect(parts(0, undo('first', 3, undo('redo', 3)))).toMatchObject({ state: 'redone', target: 'redo' })
  })

  test('refreshes, integrations and what older versions recorded cannot be undone', () => {
    expect(isPermanent(change('c', { action: 'LIST_REFRESHED' }))).toBe(true)
    expect(isPermanent(change('c', { incomplete: 'An older version recorded this.' }))).toBe(true)
    expect(isPermanent(change('c'))).toBe(false)
  })
})

test('large changes are asked about by themselves', () => {
  const sizes = [3, 15_000, 10_000, 40_000, 1]
  expect(inGroups(sizes.map((editCount) => ({ editCount }))).map((group) => group.map(({ editCount }) => editCount))).toEqual([[3, 15_000], [10_000], [40_000], [1]])
  expect(inGroups(Array.from({ length: 60 }, () => ({ editCount: 1 })), 25).map(({ length }) => length)).toEqual([25, 25, 10])
})

describe('the address', () => {
  test('holds every filter', () => {
    const search = '?by=prs_1&in=int_1%2Cint_2&kind=mappings%2Crefreshes&from=2026-11-01&to=2026-11-24&organization=org_1&external=ext_1&change=chg_1'
    expect(toAddress(fromAddress(search))).toBe(search)
    expect(isFiltered(fromAddress('?change=chg_1'))).toBe(false)
  })

  test('ignores what makes no sense', () => {
    expect(toAddress(fromAddress('?kind=none&from=yesterday&to=2026-13-45&in='))).toBe('')
  })

  test('means days here, the last one included', () => {
    const { from, to, actions } = filterOf(fromAddress('?from=2026-11-01&to=2026-11-30&kind=imports'))
    expect(new Date(from!).toString()).toBe(new Date(2026, 10, 1).toString())
    expect(new Date(to!).toString()).toBe(new Date(2026, 11, 1).toString())
    expect(actions).toEqual(['IMPORTED', 'CSV_APPLIED'])
  })
})

test('changes are grouped by the day on which they happened here', () => {
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() })
  const days = byDay([at(24, 15), at(24, 1), at(23, 23), at(20, 0)], new Date(2026, 10, 24, 16))
  expect(days.map(({ name, changes }) => [name, changes.length])).toEqual([['today', 2], ['yesterday', 1], [null, 1]])
})

test('the timeline has each day before its changes, and groups whichever of them are shown', () => {
  const at = (id: string, day: number) => change(id, { at: new Date(2026, 10, day, 12).toISOString() })
  const items = itemsOf([at('c', 24), at('b', 24), at('a', 23)], new Date(2026, 10, 24, 16))
  expect(items.map((item) => (item.kind === 'day' ? item.day.name : `${item.key} ${item.place} of ${item.day.changes.length}`))).toEqual(['today', 'c 1 of 2', 'b 2 of 2', 'yesterday', 'a 1 of 1'])
  expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  expect(inDays([2, 3, 4].map((index) => ({ item: items[index]! }))).map(({ day, shown }) => [day.name, shown.map(({ item }) => item.kind)])).toEqual([['today', ['change']], ['yesterday', ['day', 'change']]])
})

const mapping: Edit = {
  __typename: 'MappingEdit', integrationName: 'IT Glue', externalName: 'Prescott', beforeName: null, afterName: 'City of Prescott', integration: { id: 'i', name: 'IT Glue' },
  externalOrg: { id: 'e', name: 'Prescott, City of' }, before: null, after: { id: 'o', name: 'City of Prescott' },
}

test('an edit has the names of that time, and those of today if they differ', () => {
  expect(rowOf(mapping)).toMatchObject({
    subject: { then: 'Prescott', now: 'Prescott, City of' }, place: 'IT Glue', change: { before: null, after: { then: 'City of Prescott', now: null } },
  })
  const reverted: Edit = { ...mapping, beforeName: 'City of Prescott', afterName: null }
  expect(keyOf(reverted)).toBe(keyOf(mapping))
})

describe('the CSV file', () => {
  test('has one line for each edit, and one for a change without edits', () => {
    expect(headLine()).toBe('Time,By,Action,Summary,What,Tool,External organization,Before,After\r\n')
    const about = '2026-11-24T09:14:00.000Z,Ann,Mappings saved,Ann mapped 2.'
    expect(linesOf(change('c'), [mapping, { ...mapping, externalName: '=A' }])).toBe(
      `${about},Mapping,IT Glue,Prescott,,City of Prescott\r\n${about},Mapping,IT Glue,'=A,,City of Prescott\r\n`)
    expect(linesOf(change('c'), [])).toBe(`${about},,,,,\r\n`)
    expect(linesOf(change('c'), [{ __typename: 'OrganizationEdit', kind: 'RENAMED', name: 'New', previousName: 'Old' }])).toBe(`${about},Organization renamed,,,Old,New\r\n`)
  })
})

/** A server with a journal in memory, the newest change first. */
class Server implements Source {
  journal: Change[] = []
  refused: string | null = null
  asked: string[][] = []

  page = async (_: unknown, first: number, after: string | null, counted: boolean): Promise<RequestResult<Page>> => {
    if (this.refused !== null) return { data: null, problem: this.refused }
    const from = after === null ? 0 : this.journal.findIndex(({ id }) => id === after) + 1
    const rows = this.journal.slice(from, from + first)
    return { data: { rows, total: counted ? this.journal.length : undefined, cursor: from + first < this.journal.length ? rows.at(-1)!.id : null }, problem: null }
  }

  changes = async (ids: readonly string[]) => this.journal.filter(({ id }) => ids.includes(id))

  undoable = async (ids: readonly string[]) => {
    this.asked.push([...ids])
    return new Map(ids.map((id) => [id, true]))
  }
}

const shown = (list: ChangeList) => list.state.get().rows.map(({ id }) => id)

describe('the timeline', () => {
  const started = async (changes: Change[], mayMove: boolean) => {
    const server = new Server()
    server.journal = changes
    const list = new ChangeList({}, server, () => mayMove)
    await list.show()
    return { server, list }
  }
  const many = (n: number) => Array.from({ length: n }, (_, at) => change(`c${n - at}`))

  test('reads page by page, and asks what can be undone only where that is open', async () => {
    const { list, server } = await started([change('r', { action: 'LIST_REFRESHED' }), ...many(70)], false)
    expect(list.state.get()).toMatchObject({ total: 71, loading: false })
    expect(shown(list)).toHaveLength(pageLength)
    expect(server.asked.flat()).not.toContain('r')
    await list.more()
    expect(shown(list)).toHaveLength(71)
    expect(list.state.get().cursor).toBeNull()
    expect(list.state.get().undoable.size).toBe(70)
  })

  test('lets new changes wait until they are shown', async () => {
    const { list, server } = await started(many(3), false)
    server.journal = [change('new2'), change('new1'), ...server.journal]
    await list.changed()
    expect(shown(list)).toEqual(['c3', 'c2', 'c1'])
    expect(list.state.get().waiting).toHaveLength(2)
    await list.showWaiting()
    expect(shown(list)).toEqual(['new2', 'new1', 'c3', 'c2', 'c1'])
    expect(list.state.get()).toMatchObject({ waiting: [], total: 5 })
  })

  test('shows new changes at once if nothing is in use', async () => {
    const { list, server } = await started(many(1), true)
    server.journal = [change('new'), ...server.journal]
    await list.changed()
    await expect.poll(() => shown(list)).toEqual(['new', 'c1'])
  })

  test('tells of a change far down that it was undone, while the undo waits', async () => {
    const { list, server } = await started(many(120), false)
    await list.more()
    await list.more()
    server.journal = [change('u', { action: 'UNDONE', undoes: { id: 'c2' } }), ...server.journal.map((one) => (one.id === 'c2' ? { ...one, undoneBy: undo('u') } : one))]
    await list.changed()
    expect(shown(list)).toHaveLength(120)
    expect(list.state.get().rows.find(({ id }) => id === 'c2')?.undoneBy?.id).toBe('u')
  })

  test('tells that a part of a change far down was redone', async () => {
    const redo = { ...undo('second'), undoneBy: undefined }
    const { list, server } = await started([
      change('second', { action: 'UNDONE', undoes: { id: 'c' } }), change('first', { action: 'UNDONE', undoes: { id: 'c' } }), ...many(60),
      change('c', { editCount: 3, revertedCount: 3, undoneBy: redo as never }),
    ], false)
    await list.more()
    server.journal = [change('redo', { action: 'UNDONE', undoes: { id: 'first' } }), ...server.journal.map((one) => (one.id === 'c' ? { ...one, revertedCount: 2 } : one))]
    await list.changed()
    expect(list.state.get().rows.at(-1)).toMatchObject({ id: 'c', revertedCount: 2 })
  })

  test('reads on if a change was undone and redone more often than one response tells', async () => {
    const second = { ...undo('r2'), undoneBy: undefined }
    const chain = undo('u', 2, undo('r', 2, undo('u2')))
    const { list } = await started([change('u2', { undoneBy: second as never }), change('c', { undoneBy: chain, revertedCount: 0 })], false)
    expect(chainOf(list.state.get().rows[1]!).map(({ id }) => id)).toEqual(['u', 'r', 'u2', 'r2'])
    expect(standingOf(list.state.get().rows[1]!)).toMatchObject({ state: 'redone', target: 'r2' })
  })

  test('keeps what it shows if it cannot read on', async () => {
    const { list, server } = await started(many(60), false)
    server.refused = 'Offline.'
    await list.more()
    expect(list.state.get()).toMatchObject({ problem: 'Offline.', loading: false })
    expect(shown(list)).toHaveLength(pageLength)
    server.refused = null
    await list.more()
    expect(list.state.get().problem).toBeNull()
    expect(shown(list)).toHaveLength(60)
  })
})
