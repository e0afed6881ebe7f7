import { beforeEach, describe, expect, test, vi } from 'vitest'

const { request, offerUndo } = vi.hoisted(() => ({ request: vi.fn(), offerUndo: vi.fn() }))
vi.mock('../src/api/client', () => ({ request, requestUncached: vi.fn() }))
vi.mock('../src/history/offering', () => ({ offerUndo }))

import { CsvImport, isWhole } from '../src/csvimport/CsvImport'
import type { CsvFile, CsvRow, PlanPage } from '../src/csvimport/documents'
import { contentOf, maxBytes } from '../src/csvimport/file'
import { plan, type ReadPage } from '../src/csvimport/planning'
import { problemRows } from '../src/csvimport/problems'
import { canBeInstead, chooseAll, created, differing, exceedsLimit, isApplicable, keptChoices, shown, together, totalsOf, usualChoices, withinLimit } from '../src/csvimport/rows'

const row = (line: number, outcome: CsvRow['outcome'], part: Partial<CsvRow> = {}): CsvRow => ({
  line, organizationName: `Client ${line}`, organizationId: outcome === 'CREATES' || outcome === 'LOOKS_LIKE' ? null : `org ${line}`, outcome, explanation: '', similarId: null, similarName: null,
  moves: [], problems: [], ...part,
})

const move = (externalOrgId: string, fromId: string | null = null, leaves = false): CsvRow['moves'][number] => ({
  externalOrgId, externalName: externalOrgId, integrationName: 'RMM', fromId, fromName: fromId, mappedBy: null, mappedAt: null, leaves,
})

const overQuota = (line: number) => row(line, 'CANNOT_APPLY', { organizationId: null, problems: [{ code: 'OVER_QUOTA', column: null, message: 'Too many.' }] })
const like = (line: number) => row(line, 'LOOKS_LIKE', { similarId: 'org s', similarName: 'S', moves: [move(`e${line}`)] })
const page = (rows: CsvRow[], part: Partial<PlanPage> = {}): PlanPage => ({
  hash: 'h', encoding: 'UTF-8', delimiter: ',', rowCount: rows.length, remaining: null, moreRows: false, columns: [], counts: [], rows, ...part,
})

describe('the content of a file', () => {
  test('is text if it is UTF-8, with its byte order mark', () => {
    expect(contentOf(new TextEncoder().encode('\uFEFFClient;Café'))).toEqual({ text: '\uFEFFClient;Café' })
  })

  test('is sent as bytes in any other encoding', () => {
    expect(contentOf(new Uint8Array([0xff, 0xfe, 0x41, 0]))).toEqual({ base64: '//5BAA==' })
    expect(contentOf(new Uint8Array([0x43, 0xe9]))).toEqual({ base64: 'Q+k=' })
  })

  test('is sent as bytes if its escapes would not fit into a request', () => {
    expect(Object.keys(contentOf(new Uint8Array(maxBytes).fill(0x22)))).toEqual(['base64'])
  })
})

describe('the choice of rows', () => {
  const rows = [row(2, 'CREATES'), row(3, 'MAPS'), row(4, 'CLEARS'), row(5, 'ALREADY_SO'), like(6), row(7, 'REPLACES'), row(8, 'CANNOT_APPLY', { problems: [{ code: 'NAME_INVALID', column: 0, message: 'The name is empty.' }] }), overQuota(9)]

  test('begins with what needs no decision', () => {
    expect([...usualChoices(rows).keys()]).toEqual([2, 3, 4])
    expect(rows.filter(isApplicable).map(({ line }) => line)).toEqual([2, 3, 4, 6, 7, 9])
    expect(canBeInstead(like(6))).toBe(true)
    expect(canBeInstead({ ...like(6), moves: [] })).toBe(false)
  })

  test('one tick selects what needs a decision only where nothing else is shown', () => {
    expect(together(rows, 'ALL').map(({ line }) => line)).toEqual([2, 3, 4])
    expect(together(shown(rows, 'LOOKS_LIKE', new Set()), 'LOOKS_LIKE').map(({ line }) => line)).toEqual([6])
    expect(together(shown(rows, 'CANNOT_APPLY', new Set()), 'CANNOT_APPLY').map(({ line }) => line)).toEqual([9])
  })

  test('never exceeds the limit, which counts a name once', () => {
    const choices = usualChoices(rows)
    expect(created(rows, choices)).toEqual(new Set(['Client 2']))
    expect(exceedsLimit(like(6), created(rows, choices), 1)).toBe(true)
    expect(exceedsLimit({ ...like(6), organizationName: 'Client 2' }, created(rows, choices), 1)).toBe(false)
    expect([...chooseAll(rows, choices, rows.filter(isApplicable), 2).keys()]).toEqual([2, 3, 4, 6, 7])
    expect([...withinLimit(rows, new Map([[2, 'apply'], [6, 'apply'], [3, 'apply']]), 1).keys()]).toEqual([2, 3])
    expect(exceedsLimit(overQuota(9), new Set(), 1)).toBe(false)
  })

  test('adds up to what it does: what leaves one cell and is named for another moves', () => {
    const moving = [row(2, 'REPLACES', { moves: [move('a', 'org 3'), move('b', 'org 2', true)] }), row(3, 'REPLACES', { moves: [move('b', 'org 2'), move('c', 'org 3', true)] }), like(4), row(5, 'REPLACES')]
    expect(totalsOf(moving, new Map([[2, 'apply'], [3, 'apply'], [4, 'instead']]))).toEqual({ rows: 3, creates: 0, maps: 1, moves: 2, clears: 1, undecided: 1 })
  })
})

test('after another preview, decisions about rows that do the same stay, and nobody agrees to what is new', () => {
  const before = [row(2, 'CREATES'), row(3, 'CREATES'), like(4), like(5), row(6, 'MAPS'), row(7, 'CANNOT_APPLY'), row(8, 'REPLACES'), row(9, 'MAPS')]
  const rows = [row(2, 'MAPS'), row(3, 'CREATES'), like(4), row(5, 'REPLACES'), row(6, 'REPLACES'), row(7, 'MAPS'), row(8, 'REPLACES', { moves: [move('x', 'other')] }), row(9, 'CLEARS')]
  const changed = differing(before, rows)
  expect([...changed]).toEqual([2, 5, 6, 7, 8, 9])
  const kept = keptChoices(before, new Map([[2, 'apply'], [4, 'instead'], [5, 'apply'], [6, 'apply'], [8, 'apply']]), rows, changed)
  expect([...kept]).toEqual([[2, 'apply'], [4, 'instead'], [7, 'apply']])
})

describe('a preview', () => {
  const file: CsvFile = { text: 'Client' }

  test('is read in pages, and from the start if the account changes meanwhile', async () => {
    const answers = [page([row(2, 'MAPS')], { moreRows: true, rowCount: 2 }), page([row(3, 'MAPS')], { hash: 'other', rowCount: 2 }), page([row(2, 'CLEARS')], { moreRows: true, rowCount: 2 }), page([row(3, 'MAPS')], { rowCount: 2 })]
    const asked: (number | null)[] = []
    const parts: number[] = []
    const planned = await plan(file, async (_file, _first, afterLine) => {
      asked.push(afterLine)
      return { page: answers.shift()!, errors: [], problem: null }
    }, (part) => parts.push(part.rows.length), () => true)
    expect(asked).toEqual([null, 2, null, 2])
    expect(planned?.plan?.rows.map(({ outcome }) => outcome)).toEqual(['CLEARS', 'MAPS'])
    expect(parts).toEqual([1, 1])
  })

  test('stops when another file was chosen', async () => {
    expect(await plan(file, async () => ({ page: page([]), errors: [], problem: null }), () => undefined, () => false)).toBeNull()
  })

  test('names line, organization and column of each problem', () => {
    const columns = [{ index: 0, header: 'Client', kind: 'ORGANIZATION_NAME', integrationId: null, samples: [] }] as PlanPage['columns']
    const bad = row(4, 'CANNOT_APPLY', { problems: [{ code: 'NAME_INVALID', column: 0, message: 'Empty.' }, { code: 'TOO_MANY_VALUES', column: null, message: 'Too many.' }] })
    expect(problemRows({ head: page([], { columns }), rows: [row(3, 'MAPS'), bad], errors: [] })).toEqual([['4', 'Client 4', 'Client', 'Empty.'], ['4', 'Client 4', '', 'Too many.']])
  })
})

describe('an import', () => {
  let current: PlanPage
  let reads = 0
  const read: ReadPage = async () => {
    reads++
    return { page: current, errors: [], problem: null }
  }
  const opened = async (content = 'Client\nA') => {
    const importing = new CsvImport(read)
    await importing.open(new File([content], 'clients.csv'))
    return importing
  }
  beforeEach(() => {
    reads = 0
    current = page([row(2, 'CREATES'), row(3, 'MAPS'), like(4)])
    request.mockReset()
    offerUndo.mockReset()
  })

  test('does not read a file that is too large', async () => {
    const importing = await opened('x'.repeat(maxBytes + 1))
    expect(reads).toBe(0)
    expect(importing.state.get().problem).toMatch(/^This file has 5\.0 MB; the maximum is 5 MB/)
    expect(importing.isRefused()).toBe(true)
  })

  test('applies the chosen rows with the hash, and offers to undo them', async () => {
    const importing = await opened()
    importing.choose(4, 'instead')
    importing.choose(3, undefined)
    request.mockResolvedValue({ data: { applyCsv: { created: 1, mapped: 1, moved: 0, cleared: 0, change: { id: 'chg' }, userErrors: [] } }, problem: null })
    await importing.apply()
    expect(request.mock.calls[0]![2]).toEqual({ file: { text: 'Client\nA' }, hash: 'h', lines: [2], instead: [{ line: 4, organizationId: 'org s' }] })
    const [message, wanted] = offerUndo.mock.calls[0] as [string, { changeIds: string[]; onUndone: () => void }]
    expect([message, wanted.changeIds]).toEqual(['Created 1 organization, mapped 1 external organization.', ['chg']])
    wanted.onUndone()
    expect(importing.state.get().done?.undone).toBe(true)
    wanted.onUndone()
    expect(importing.state.get().done?.undone).toBe(false)
  })

  test('shows a new preview after a conflict, with what differs', async () => {
    const importing = await opened()
    importing.choose(2, undefined)
    current = page([row(2, 'CREATES'), row(3, 'REPLACES'), like(4)], { hash: 'h2' })
    request.mockResolvedValue({ data: { applyCsv: { userErrors: [{ code: 'CONFLICT', message: '', path: [] }] } }, problem: null })
    await importing.apply()
    const { changed, choices, refusal, done } = importing.state.get()
    expect([[...changed], [...choices], done]).toEqual([[3], [], null])
    expect(refusal).toMatch(/^Nothing was applied/)
  })

  test('does not know whether rows were applied if there was no response', async () => {
    const importing = await opened()
    request.mockResolvedValue({ data: null, problem: 'No response.' })
    await importing.apply()
    expect(importing.state.get()).toMatchObject({ refusal: 'No response.', stale: true, done: null })
  })

  test('asks whether the preview is still true when the account changes', async () => {
    vi.useFakeTimers()
    try {
      const importing = await opened()
      importing.follow({ __typename: 'PeopleChanged' })
      importing.follow({ __typename: 'MappingsChanged' })
      importing.follow({ __typename: 'MappingsChanged' })
      await vi.runAllTimersAsync()
      expect([reads, importing.state.get().stale]).toEqual([2, false])
      current = page(current.rows, { hash: 'h2' })
      importing.follow({ __typename: 'OrganizationsChanged' })
      await vi.runAllTimersAsync()
      expect([reads, importing.state.get().stale]).toEqual([3, true])
      await importing.update()
      expect(importing.state.get()).toMatchObject({ stale: false, choices: usualChoices(current.rows) })
      expect(isWhole(importing.state.get().plan!)).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  test('begins the choice anew when a column is read in another way', async () => {
    const importing = await opened()
    importing.choose(4, 'apply')
    await importing.readColumn({ index: 1, kind: 'EXTERNAL_ID', integrationId: 'int' })
    await importing.readColumn({ index: 1, kind: 'IGNORED', integrationId: null })
    expect(importing.state.get().columns).toEqual([{ index: 1, kind: 'IGNORED', integrationId: null }])
    expect([...importing.state.get().choices.keys()]).toEqual([2, 3])
  })
})
