import { describe, expect, test } from 'vitest'

import { applied, changesBetween, decode, DraftBox, draftsKey, encode, forgetOld, type Keeper, maxLength, takenOver } from '../src/organizations/drafts'
import { type Edit, keyOf, nothingStaged, stage, undo } from '../src/organizations/staged'
import { formatDay } from '../src/ui/format'

const at = '2026-11-27T14:05:00.000Z'

function edit(organization: string, base: string[], wanted: string[]): Edit {
  const externals = (ids: string[]) => ids.map((id) => ({ id, name: `External ${id}`, gone: id === 'gone' }))
  return { organizationId: organization, organizationName: `Organization ${organization}`, integrationId: 'column', base: externals(base), wanted: externals(wanted) }
}

const edits = (...all: Edit[]) => new Map(all.map((one) => [keyOf(one), one]))

/** A storage like the browser's. */
function storage(capacity = Infinity): Keeper & { all: Map<string, string> } {
  const all = new Map<string, string>()
  return {
    all,
    get length() { return all.size },
    key: (index) => [...all.keys()][index] ?? null,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, text) => {
      if (text.length > capacity) throw new DOMException('full', 'QuotaExceededError')
      all.set(key, text)
    },
    removeItem: (key) => void all.delete(key),
  }
}

describe('the kept text', () => {
  test('keeps edits with what each cell contained before', () => {
    const mine = edits(edit('a', ['1'], ['2', 'gone']), edit('b', [], []))
    expect(decode(encode({ edits: mine, at }))).toEqual({ edits: mine, at })
  })

  test.each([
    ['nothing', null],
    ['text of another program', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['another version', JSON.stringify({ version: 2, at, edits: [] })],
    ['no time', JSON.stringify({ version: 1, edits: [] })],
    ['a time that is none', JSON.stringify({ version: 1, at: 'Friday', edits: [] })],
    ['an edit with a part missing', JSON.stringify({ version: 1, at, edits: [['a', 'A', 'column', []]] })],
    ['an ID that is a number', JSON.stringify({ version: 1, at, edits: [[1, 'A', 'column', [], []]] })],
    ['an external organization that is none', JSON.stringify({ version: 1, at, edits: [['a', 'A', 'column', [], ['1']]] })],
    ['a flag that is none', JSON.stringify({ version: 1, at, edits: [['a', 'A', 'column', [], [['1', 'One', 'yes']]]] })],
    ['half of a text', encode({ edits: edits(edit('a', [], ['1'])), at })!.slice(0, -3)],
  ])('is ignored if it is %s', (_, text) => expect(decode(text)).toBeNull())

  test('is not written if it is too long, and not read', () => {
    const long = edits(edit('x'.repeat(maxLength), [], ['1']))
    expect(encode({ edits: long, at })).toBeNull()
    expect(decode(JSON.stringify({ version: 1, at, edits: [], more: 'x'.repeat(maxLength) }))).toBeNull()
  })
})

describe('two tabs', () => {
  const open = () => {
    const shared = storage()
    return { shared, one: new DraftBox(shared, 'key'), other: new DraftBox(shared, 'key') }
  }

  test('an edit of one reaches the other, and a save clears it there', () => {
    const { shared, one, other } = open()
    const mine = edits(edit('a', [], ['1']))
    one.write(mine, at)
    const arrived = applied(new Map(), other.take(shared.getItem('key')))
    expect(arrived).toEqual(mine)
    one.write(new Map(), at)
    expect(shared.all.size).toBe(0)
    expect(applied(arrived, other.take(null)).size).toBe(0)
  })

  test('edits that both make at the same time are both kept', () => {
    const { shared, one, other } = open()
    one.write(edits(edit('a', [], ['1'])), at)
    const { changes } = other.write(edits(edit('b', [], ['2'])), at) // before it has read what the first tab wrote
    expect([...changes.keys()]).toEqual(['a column'])
    expect([...decode(shared.getItem('key'))!.edits.keys()].sort()).toEqual(['a column', 'b column'])
  })

  test('undo in one leaves the edits of the other alone', () => {
    const mine = stage(nothingStaged, [edit('a', [], ['1'])])
    const both = takenOver(mine, changesBetween(new Map(), edits(edit('b', [], ['2']))))
    expect([...undo(both).edits.keys()]).toEqual(['b column'])
  })

  test('after the storage was emptied, what a tab still shows is kept again', () => {
    const { shared, one } = open()
    one.write(edits(edit('a', [], ['1'])), at)
    shared.all.clear()
    one.read()
    expect(one.write(edits(edit('a', [], ['1']), edit('b', [], ['2'])), at).changes.size).toBe(0)
    expect(decode(shared.getItem('key'))!.edits.size).toBe(2)
  })

  test('text of a newer version of the page changes nothing', () => {
    const { one } = open()
    one.write(edits(edit('a', [], ['1'])), at)
    expect(one.take('{"version":2}').size).toBe(0)
  })
})

describe('where nothing can be kept', () => {
  const mine = edits(edit('a', [], ['1']))

  test('a full storage and a storage that is switched off lose nothing in memory', () => {
    for (const keeper of [storage(10), null]) {
      const { changes, kept } = new DraftBox(keeper, 'key').write(mine, at)
      expect(kept).toBe(false)
      expect(changes.size).toBe(0)
    }
  })

  test('a storage that throws when it is read counts as empty', () => {
    const broken = { ...storage(), getItem: () => { throw new DOMException('denied', 'SecurityError') } }
    expect(new DraftBox(broken, 'key').read()).toBeNull()
  })

  test('nothing to keep is kept', () => expect(new DraftBox(null, 'key').write(new Map(), at).kept).toBe(true))
})

test('people and accounts do not share drafts', () => {
  expect(new Set([draftsKey('a', 'Ann'), draftsKey('a', 'Ben'), draftsKey('b', 'Ann')]).size).toBe(3)
})

test('drafts of a month ago are forgotten, and nothing else', () => {
  const shared = storage()
  const [old, recent] = [draftsKey('a', 'Ann'), draftsKey('a', 'Ben')]
  shared.setItem(old, encode({ edits: edits(edit('a', [], ['1'])), at: '2026-10-01T00:00:00Z' })!)
  shared.setItem(recent, encode({ edits: edits(edit('a', [], ['1'])), at })!)
  shared.setItem('another program', '{}')
  forgetOld(shared, Date.parse('2026-11-30T00:00:00Z'))
  expect([...shared.all.keys()]).toEqual([recent, 'another program'])
})

test('the day of drafts is named as people name it', () => {
  const now = new Date(2026, 10, 30, 12)
  const day = (...at: [number, number, number]) => formatDay(new Date(...at, 9).toISOString(), now)
  const weekday = (date: Date) => new Intl.DateTimeFormat(undefined, { weekday: 'long' }).format(date)
  expect(day(2026, 10, 27)).toBe(weekday(new Date(2026, 10, 27)))
  expect(day(2026, 10, 24)).toBe(weekday(new Date(2026, 10, 24)))
  expect(day(2026, 10, 23)).toContain('2026') // the same weekday as today
  expect(day(2026, 10, 30)).toMatch(/9/)
})
