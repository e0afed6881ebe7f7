import { expect, test } from 'vitest'

import type { GridRow, Tier } from '../src/api/documents'
import { nothingStaged, stage } from '../src/organizations/staged'
import {
  accepting, acceptingAll, acceptingRow, byTier, collect, type Found, ghostsOf, mainReasons, pairOf, type PreviewRow, requiresReading, type Seen, tickedBeforehand,
} from '../src/organizations/suggestions'

const nothing: ReadonlySet<string> = new Set()

const suggestion = (external: string, integration: string, tier: Tier = 'EXACT') =>
  ({ tier, bulk: tier !== 'WEAK', externalOrg: { id: external, name: `Name of ${external}`, integration: { id: integration } } })

const mapping = (external: string, integration: string) => ({
  id: `map ${external}`, createdBy: 'Ann', createdAt: '2026-11-29T12:00:00Z', integration: { id: integration },
  externalOrg: { id: external, name: `Name of ${external}`, removedAt: null },
})

const row = (suggestions: GridRow['suggestions'], mappings: GridRow['mappings'] = [], id = 'o1'): GridRow =>
  ({ id, name: `Name of ${id}`, active: true, mappings, suggestions })

test('a cell shows the suggestions of its integration, in their order', () => {
  const all = row([suggestion('a', 'i1'), suggestion('b', 'i1', 'WEAK'), suggestion('c', 'i2')])
  expect(ghostsOf(all, 'i1', nothingStaged, nothing).map(({ externalOrg }) => externalOrg.id)).toEqual(['a', 'b'])
  expect(ghostsOf(all, 'i3', nothingStaged, nothing)).toEqual([])
})

test('a cell with a mapping or an unsaved edit shows no suggestion', () => {
  expect(ghostsOf(row([suggestion('a', 'i1')], [mapping('x', 'i1')]), 'i1', nothingStaged, nothing)).toEqual([])
  const one = row([suggestion('a', 'i1')])
  expect(ghostsOf(one, 'i1', stage(nothingStaged, [accepting(one, one.suggestions[0]!)]), nothing)).toEqual([])
})

test('a suggestion that was rejected, or is used in another row, is not shown', () => {
  const one = row([suggestion('a', 'i1'), suggestion('b', 'i1')])
  const other = row([suggestion('b', 'i1')], [], 'o2')
  const all = stage(nothingStaged, [accepting(other, other.suggestions[0]!)])
  expect(ghostsOf(one, 'i1', all, new Set([pairOf('a', 'o1')]))).toEqual([])
})

test('accepting a row takes the best suggestion of each cell, if it may be accepted together with others', () => {
  const one = row([suggestion('a', 'i1'), suggestion('b', 'i1'), suggestion('c', 'i2', 'WEAK'), suggestion('d', 'i3', 'STRONG')])
  const edits = acceptingRow(one, ['i1', 'i2', 'i3'], nothingStaged, nothing)
  expect(edits.map(({ integrationId, wanted }) => [integrationId, wanted.map(({ id }) => id)])).toEqual([['i1', ['a']], ['i3', ['d']]])
})

test('accepting a range separates the suggestions that need a look', () => {
  const rows = [row([suggestion('a', 'i1'), suggestion('b', 'i2', 'WEAK')], [], 'o1'), row([suggestion('c', 'i1', 'WEAK')], [mapping('x', 'i2')], 'o2')]
  const { sure, unsure } = acceptingAll(rows, ['i1', 'i2'], nothingStaged, nothing)
  expect(sure.map(({ organizationId, integrationId }) => `${organizationId} ${integrationId}`)).toEqual(['o1 i1'])
  expect(unsure.map(({ organizationId, integrationId }) => `${organizationId} ${integrationId}`)).toEqual(['o1 i2', 'o2 i1'])
})

test('a preview collects suggestions of empty cells, and counts cells with unsaved edits', () => {
  const found: Found = { ids: [], capped: false, unsaved: 0 }
  const edited = row([suggestion('a', 'i1'), suggestion('b', 'i2')], [], 'o1')
  const all = stage(nothingStaged, [accepting(edited, edited.suggestions[0]!)])
  collect(found, edited, all, nothing)
  collect(found, row([suggestion('c', 'i1'), suggestion('d', 'i2')], [mapping('x', 'i1')], 'o2'), all, nothing)
  expect(found).toEqual({ ids: ['b', 'd'], capped: false, unsaved: 1 })
})

test('a preview has at most 1,000 suggestions', () => {
  const found: Found = { ids: Array.from({ length: 999 }, (_, n) => `x${n}`), capped: false, unsaved: 0 }
  collect(found, row([suggestion('a', 'i1'), suggestion('b', 'i2')]), nothingStaged, nothing)
  expect(found.ids).toHaveLength(1_000)
  expect(found.capped).toBe(true)
})

const counts = { total: 3, mapped: 1, suggested: 2 }
const event = (sequence: number, organizationIds: string[] = [], more = false, organizationCounts = counts) =>
  ({ integration: { id: 'i1' }, organizationCounts, organizationIds, more, sequence })

test('only loaded organizations that have changed are read again', () => {
  const seen: Seen = new Map([['i1', counts]])
  expect(requiresReading(seen, event(4), ['o1', 'o2'])).toEqual([])
  expect(requiresReading(seen, event(5, ['o2', 'o9']), ['o1', 'o2'])).toEqual(['o2'])
  expect(requiresReading(seen, event(6, ['o9'], true), ['o1', 'o2'])).toEqual(['o1', 'o2'])
})

test('everything is read again if states were missed before or between subscriptions', () => {
  const early: Seen = new Map([['i1', counts]])
  expect(requiresReading(early, event(4, [], false, { ...counts, suggested: 3 }), ['o1'])).toEqual(['o1'])
  const interrupted: Seen = new Map([['i1', 4]])
  expect(requiresReading(interrupted, event(4), ['o1'])).toEqual([])
  expect(requiresReading(interrupted, event(7), ['o1'])).toEqual(['o1'])
})

const previewRow = (tier: Tier, warnings: string[] = []): PreviewRow => ({
  tier, warnings, signals: [], externalOrg: { id: tier, name: tier, integration: { id: 'i1' } }, organization: { id: 'o1', name: 'One' },
})

test('reliable suggestions without warnings are ticked beforehand', () => {
  expect((['IDENTITY', 'EXACT', 'NORMALIZED', 'STRONG'] as const).map((tier) => tickedBeforehand(previewRow(tier)))).toEqual([true, true, true, false])
  expect(tickedBeforehand(previewRow('EXACT', ['Another record of this list has the same name.']))).toBe(false)
})

test('a preview groups its rows by tier, most reliable first', () => {
  expect(byTier([previewRow('STRONG'), previewRow('EXACT'), previewRow('STRONG')]).map(({ tier, rows }) => [tier, rows.length])).toEqual([['EXACT', 1], ['STRONG', 2]])
})

test('the main reasons leave out the words of equal names, and what speaks against', () => {
  const signals = [
    { kind: 'WORD', weight: 8, explanation: 'both have “Baker”' },
    { kind: 'SAME_NAME', weight: 6, explanation: 'the names are the same' },
    { kind: 'LINKED_NAMESAKE', weight: 6, explanation: 'a reference leads to it' },
    { kind: 'PRIOR', weight: -5, explanation: 'one of all your organizations' },
  ]
  expect(mainReasons(signals)).toEqual(['the names are the same', 'a reference leads to it'])
  expect(mainReasons([signals[0]!, signals[3]!])).toEqual(['both have “Baker”'])
})
