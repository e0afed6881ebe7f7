import { describe, expect, test } from 'vitest'

import type { LensRow, MatchCounts } from '../src/bytool/documents'
import { isNew, possible, proposedReason, reasonsFor, selectedIn } from '../src/bytool/rows'
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

test('a selection is told apart by state', () => {
  const selected = new Map([['a', 'SUGGESTED'], ['b', 'MAPPED'], ['c', 'CONFLICT']] as const)
  expect(selectedIn(selected, 'SUGGESTED', 'CONFLICT')).toEqual(['a', 'c'])
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
