import { describe, expect, test } from 'vitest'

import { fieldOf, folded, namesIn, parse, textOf } from '../src/organizations/fields'
import { isById, type Listing, namesToFind, planPaste, spread, type Target } from '../src/organizations/pasteplan'
import { between, columnsIn, itemsIn, sizeOf } from '../src/organizations/range'
import { type External, keyOf, nothingStaged, stage } from '../src/organizations/staged'

const external = (id: string): External => ({ id, name: `External ${id}`, gone: false })
const texts = (rows: ReturnType<typeof parse>) => rows.map((row) => row.map(({ text }) => text))

describe('a range', () => {
  test('reaches from one cell to the other, whichever comes first', () => {
    expect(between({ row: 4, column: 3 }, { row: 2, column: 5 })).toEqual({ top: 2, left: 3, bottom: 4, right: 5 })
  })

  test('does not contain the header', () => {
    expect(between({ row: 1, column: 1 }, { row: -1, column: 1 })).toEqual({ top: 0, left: 1, bottom: 1, right: 1 })
  })

  test('knows its columns in a row, its size and its integrations', () => {
    const range = between({ row: 1, column: 0 }, { row: 3, column: 2 })
    expect(columnsIn(range, 3)).toEqual([0, 2])
    expect(columnsIn(range, 4)).toEqual([-1, -1])
    expect(columnsIn(null, 1)).toEqual([-1, -1])
    expect(sizeOf(range)).toEqual({ rows: 3, columns: 3 })
    expect(itemsIn(range, ['a', 'b', 'c'])).toEqual(['a', 'b'])
    expect(itemsIn({ ...range, left: 2, right: 3 }, ['a', 'b', 'c'])).toEqual(['b', 'c'])
    expect(itemsIn({ ...range, left: 0, right: 0 }, ['a', 'b', 'c'])).toEqual([])
  })
})

describe('tab-separated text', () => {
  test('is read as spreadsheets write it', () => {
    expect(texts(parse('a\tb\r\nc\t\r\n'))).toEqual([['a', 'b'], ['c', '']])
    expect(texts(parse('"a ""b"" c"\t"x\ny"\nd'))).toEqual([['a "b" c', 'x y'], ['d']])
    expect(texts(parse('"Bob\'s" Diner\td'))).toEqual([['"Bob\'s" Diner', 'd']])
    expect(texts(parse('a\n\nb'))).toEqual([['a'], [''], ['b']])
  })

  test('is the same after a round trip', () => {
    const fields = [[{ text: fieldOf(['A; B']) }, { text: fieldOf(['C', 'D']) }], [{ text: fieldOf(['"Quoted" Inc.']) }, { text: '' }]]
    expect(texts(parse(textOf(fields)))).toEqual([['A; B', 'C; D'], ['"Quoted" Inc.', '']])
  })

  test('holds no line breaks, tabs or formulas of names', () => {
    expect(fieldOf(['a\tb\nc'])).toBe('a b c')
    expect(fieldOf(['=HYPERLINK("x")'])).toBe('\'=HYPERLINK("x")')
    expect(texts(parse(fieldOf(['-Minus Ltd'])))).toEqual([['-Minus Ltd']])
  })
})

test('names are compared without case, accents and repeated spaces', () => {
  expect(folded('  CAFÉ   Müller ')).toBe(folded('cafe muller'))
  expect(folded('Žižkov')).toBe('zizkov')
  expect(folded('が')).not.toBe(folded('か')) // in Japanese the mark makes another consonant
  expect(folded('Acme Inc')).not.toBe(folded('Acme Inc.'))
})

describe('where fields go', () => {
  const size = { rows: 10, columns: 3 }
  const at = (row: number, column: number) => between({ row, column }, { row, column })
  const places = (result: ReturnType<typeof spread>) => (result === 'clash' ? result : result.cells.map(({ row, column, field }) => `${row}:${column} ${field.text}`))

  test('from the first cell on, whatever the size of the selection', () => {
    expect(places(spread(parse('a\tb\nc\td'), at(2, 1), size))).toEqual(['2:1 a', '2:2 b', '3:1 c', '3:2 d'])
  })

  test('one column fills every column of the selection', () => {
    expect(places(spread(parse('a\nb'), between({ row: 0, column: 1 }, { row: 0, column: 3 }), size))).toHaveLength(6)
  })

  test('one row never fills several rows: it would map one external organization twice', () => {
    expect(spread(parse('a'), between({ row: 0, column: 1 }, { row: 4, column: 1 }), size)).toBe('clash')
    expect(places(spread(parse('a'), between({ row: 0, column: 1 }, { row: 0, column: 2 }), size))).toEqual(['0:1 a', '0:2 a'])
  })

  test('what does not fit is counted; empty fields and names of organizations are not pasted', () => {
    const result = spread(parse('name\ta\n\tb\n\t\nname\td'), at(7, 0), size)
    expect(places(result)).toEqual(['7:1 a', '8:1 b'])
    expect(result).toMatchObject({ outside: 1 })
    expect(spread(parse('a\tb'), at(0, 3), size)).toMatchObject({ outside: 1 })
  })
})

describe('pasting', () => {
  const target = (organization: string, text: string, base: string[] = []): Target =>
    ({ organizationId: organization, organizationName: organization, integrationId: 'column', base: base.map(external), field: { text } })
  const from = (organization: string, source: string, ids: string[], integrationId = 'column', base: string[] = []): Target => ({
    ...target(organization, ids.join('; '), base),
    field: { text: ids.map((id) => `External ${id}`).join('; '), copied: { organizationId: source, organizationName: source, integrationId, externals: ids.map(external) } },
  })
  const listing = (...names: [string, string][]): ReadonlyMap<string, Listing> => {
    const all = new Map<string, (External & { holder: null })[]>()
    for (const [id, name] of names) all.set(folded(name), [...(all.get(folded(name)) ?? []), { id, name, gone: false, holder: null }])
    return new Map([['column', all]])
  }
  const result = (plan: ReturnType<typeof planPaste>) => Object.fromEntries(plan.edits.map((edit) => [edit.organizationId, edit.wanted.map(({ id }) => id)]))

  test('a name must be exactly one external organization of the column', () => {
    const plan = planPaste([target('a', 'acme  CORP'), target('b', 'Twin'), target('c', 'Nobody')], listing(['1', 'Acme Corp'], ['2', 'Twin'], ['3', 'TWIN']), nothingStaged, false)
    expect(result(plan)).toEqual({ a: ['1'] })
    expect(plan.pasted).toBe(1)
    expect(plan.refused).toEqual([{ name: 'Twin', why: 'several' }, { name: 'Nobody', why: 'unknown' }])
  })

  test('several names of a cell are all found, or the cell stays as it is', () => {
    const known = listing(['1', 'One'], ['2', 'Two'], ['3', 'Three; Four'])
    const plan = planPaste([target('a', 'One; Two'), target('b', 'Three; Four'), target('c', 'One; Missing')], known, nothingStaged, false)
    expect(result(plan)).toEqual({ a: ['1', '2'], b: ['3'] })
    expect(plan.refused).toEqual([{ name: 'Missing', why: 'unknown' }])
    expect(namesToFind({ text: 'One; Two' })).toEqual(['One; Two', 'One', 'Two'])
    expect(namesIn('One;;Two; ')).toEqual(['One', 'Two'])
  })

  test('what was copied in the same column goes by ID, and in another one by name', () => {
    expect(isById(from('b', 'a', ['1']))).toBe(true)
    expect(isById(from('b', 'a', ['1'], 'another'))).toBe(false)
    expect(result(planPaste([from('b', 'a', ['1'])], new Map(), nothingStaged, false))).toEqual({ b: ['1'] })
    expect(result(planPaste([from('b', 'a', ['1'], 'another')], listing(['9', 'External 1']), nothingStaged, false))).toEqual({ b: ['9'] })
  })

  test('cutting moves, and the step contains both cells', () => {
    expect(result(planPaste([from('b', 'a', ['1'])], new Map(), nothingStaged, true))).toEqual({ a: [], b: ['1'] })
  })

  test('cutting down by one row leaves nothing twice', () => {
    const plan = planPaste([from('b', 'a', ['1'], 'column', ['2']), from('c', 'b', ['2'])], new Map(), nothingStaged, true)
    expect(result(plan)).toEqual({ a: [], b: ['1'], c: ['2'] })
  })

  test('two cells that want the same are both left', () => {
    const plan = planPaste([target('a', 'One'), target('b', 'one'), target('c', 'Two')], listing(['1', 'One'], ['2', 'Two']), nothingStaged, false)
    expect(result(plan)).toEqual({ c: ['2'] })
    expect(plan.refused.map(({ why }) => why)).toEqual(['twice', 'twice'])
  })

  test('what another unsaved edit has is left, unless the paste replaces that edit', () => {
    const staged = stage(nothingStaged, [{ organizationId: 'x', organizationName: 'x', integrationId: 'column', base: [], wanted: [external('1')] }])
    const known = listing(['1', 'One'], ['2', 'Two'])
    expect(planPaste([target('a', 'One')], known, staged, false)).toMatchObject({ edits: [], pasted: 0, refused: [{ name: 'One', why: 'unsaved' }] })
    expect(result(planPaste([target('a', 'One'), target('x', 'Two')], known, staged, false))).toEqual({ a: ['1'], x: ['2'] })
    // The edit of x is not replaced after all, so a cannot take what x keeps.
    expect(planPaste([target('a', 'One'), target('x', 'Missing')], known, staged, false).edits.map(keyOf)).toEqual([])
  })
})
