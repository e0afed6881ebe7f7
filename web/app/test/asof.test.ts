import { describe, expect, test, vi } from 'vitest'

import type { Organization } from '../src/api/documents'
import { cellDifference, integrationsIn, pastColumns, sinceThen } from '../src/asof/differences'
import type { Past } from '../src/asof/documents'
import { exported, tableOf } from '../src/asof/exporting'
import { daysLater, fieldOf, momentOf } from '../src/asof/moments'
import { problemOf } from '../src/asof/problem'
import { type PageResult, type ReadPage, SnapshotList } from '../src/asof/SnapshotList'
import { fromAddress, toAddress } from '../src/asof/view'

const past = (name: string, externals: string[] = [], active = true, integration = 'glue'): Past => ({
  id: name, name, active,
  mappings: externals.map((one) => ({ externalOrgId: one, externalName: `External ${one}`, remoteId: `r${one}`, integrationId: integration, integrationName: `The ${integration}` })),
})

const today = (name: string, externals: [id: string, name: string][] = [], active = true): Organization => ({
  id: name, name, active,
  mappings: externals.map(([id, named]) => ({
    id: `map_${id}`, createdBy: 'Ann', createdAt: '2026-01-01T00:00:00Z', integration: { id: 'glue' }, externalOrg: { id, name: named, removedAt: null },
  })),
})

describe('what differs from today', () => {
  test('nothing, while today is not known', () => {
    expect(sinceThen(past('a'), undefined)).toBeNull()
    expect(cellDifference(past('a', ['1']), undefined, 'glue')).toBeNull()
  })

  test('the name, the state, and whether the organization is there', () => {
    expect(sinceThen(past('a'), today('a'))).toBeNull()
    expect(sinceThen(past('a'), today('b'))).toEqual({ renamed: 'b', state: null })
    expect(sinceThen(past('a'), today('b', [], false))).toEqual({ renamed: 'b', state: 'deactivated' })
    expect(sinceThen(past('a', [], false), today('a'))).toEqual({ renamed: null, state: 'reactivated' })
    expect(sinceThen(past('a'), null)).toEqual({ renamed: null, state: 'deleted' })
  })

  test('what a cell has lost, got, and what is called otherwise', () => {
    expect(cellDifference(past('a', ['1']), today('a', [['1', 'External 1']]), 'glue')).toBeNull()
    expect(cellDifference(past('a', ['1', '2', '3']), today('a', [['2', 'Other'], ['4', 'New']]), 'glue')).toMatchObject({
      left: [{ id: '1' }, { id: '3' }], entered: [{ id: '4', name: 'New' }], renamed: [{ id: '2', before: 'External 2', after: 'Other' }],
    })
    expect(cellDifference(past('a', ['1']), null, 'glue')).toMatchObject({ left: [{ id: '1' }], now: [] })
    expect(cellDifference(past('a'), null, 'glue')).toBeNull()
  })

  test('not the order in a cell', () => {
    expect(cellDifference(past('a', ['1', '2']), today('a', [['2', 'External 2'], ['1', 'External 1']]), 'glue')).toBeNull()
  })

  test('columns of disconnected integrations come last', () => {
    expect(pastColumns([{ id: 'rmm', name: 'RMM' }], integrationsIn([past('a', ['1']), past('b', ['2'], true, 'rmm')]))).toEqual([
      { id: 'rmm', name: 'RMM', gone: false }, { id: 'glue', name: 'The glue', gone: true },
    ])
  })
})

/** Serves organizations in pages of two, and counts the pages. */
function pages(names: readonly string[]): { read: ReadPage; count: () => number } {
  let count = 0
  const read: ReadPage = async (snapshot, after) => {
    count++
    expect(snapshot).toBe(after === null ? null : 'the snapshot')
    const from = Number(after ?? 0)
    const rows = names.slice(from, from + 2).map((name) => past(name))
    return { page: { snapshot: 'the snapshot', rows, total: names.length, cursor: from + 2 < names.length ? String(from + 2) : null }, problem: null }
  }
  return { read, count: () => count }
}

describe('the rows of a snapshot', () => {
  test('are read as far as they are wanted', async () => {
    const { read, count } = pages(['a', 'b', 'c', 'd', 'e'])
    const list = new SnapshotList(read)
    await list.want(1)
    expect(list.state.get()).toMatchObject({ total: 5, problem: null })
    expect(count()).toBe(1)
    await Promise.all([list.want(3), list.want(100)])
    expect(list.state.get().rows.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e'])
    await list.want(100)
    expect(count()).toBe(3)
  })

  test('that cannot be read are read again when someone asks', async () => {
    const results: PageResult[] = [
      { page: null, problem: { message: 'Can’t reach Orgmap.', begins: null } },
      { page: { snapshot: 's', rows: [past('a')], total: 1, cursor: null }, problem: null },
    ]
    const list = new SnapshotList(async () => results.shift()!)
    await list.want(1)
    await list.want(2)
    expect(list.state.get()).toMatchObject({ total: null, problem: { message: 'Can’t reach Orgmap.' } })
    await list.retry()
    expect(list.state.get()).toMatchObject({ total: 1, problem: null })
  })
})

describe('an exported snapshot', () => {
  test('has a row for each mapping, and one for an organization without', () => {
    expect(tableOf([past('a', ['1', '2']), past('b', [], false)])).toEqual([
      ['a', 'Yes', 'The glue', 'External 1', 'r1'], ['a', 'Yes', 'The glue', 'External 2', 'r2'], ['b', 'No', '', '', ''],
    ])
  })

  test('contains all pages and reports its progress', async () => {
    const progress: string[] = []
    const result = await exported(pages(['a', 'b', 'c']).read, (done, total) => progress.push(`${done}/${total}`), () => true)
    expect(result).toEqual({ csv: 'Organization,Active,Tool,External organization,ID in the tool\r\na,Yes,,,\r\nb,Yes,,,\r\nc,Yes,,,\r\n' })
    expect(progress).toEqual(['2/3', '3/3'])
  })

  test('is not written once nobody wants it', async () => {
    const { read, count } = pages(['a', 'b', 'c'])
    expect(await exported(read, () => undefined, () => false)).toBeNull()
    expect(count()).toBe(1)
  })
})

describe('a moment', () => {
  test('reads as it was written, with seconds only if it has some', () => {
    for (const text of ['2026-03-31T17:00', '2026-03-31T17:00:05', '2026-03-31T17:00:05.250', '2026-03-31T17:00:00.250']) expect(fieldOf(momentOf(text)!)).toMatch(text)
    expect(momentOf('2026-03-31T17:00Z')?.toISOString()).toBe('2026-03-31T17:00:00.000Z')
  })

  test.each([null, '', 'yesterday', '2026-03-31', '0202-03-31T17:00', '2026-13-31T17:00'])('is not %j', (text) => {
    expect(momentOf(text)).toBeNull()
  })

  test('keeps its time of day on other days', () => {
    expect(fieldOf(daysLater(momentOf('2026-03-31T17:00')!, 1))).toBe('2026-04-01T17:00')
    expect(fieldOf(daysLater(momentOf('2026-03-01T17:00')!, -1))).toBe('2026-02-28T17:00')
  })

  test('is part of the address', () => {
    const view = { at: '2026-03-31T17:00', search: 'a & b' }
    expect(toAddress(view)).toBe('?at=2026-03-31T17:00&q=a+%26+b')
    expect(fromAddress(toAddress(view))).toEqual(view)
    expect(fromAddress('?at=never')).toEqual({ at: '', search: '' })
  })
})

describe('a moment that cannot be shown', () => {
  const refused = (extensions: Record<string, unknown>) => problemOf({ graphQLErrors: [{ message: 'Refused.', extensions: { code: 'BAD_USER_INPUT', ...extensions } }] })

  test('is before history, which begins at a time', () => {
    expect(refused({ reason: 'BEFORE_HISTORY', historyBegins: '2024-10-24T09:00:00Z' })).toMatchObject({ begins: '2024-10-24T09:00:00Z', message: expect.stringContaining('2024') as string })
  })

  test('is in the future', () => {
    expect(refused({ reason: 'IN_FUTURE' })).toEqual({ begins: null, message: 'That moment is in the future. Choose an earlier one.' })
  })

  test('or something else went wrong', () => {
    vi.stubGlobal('navigator', { onLine: true })
    expect(refused({}).message).toBe('Something went wrong on our side. Try again.')
  })
})
