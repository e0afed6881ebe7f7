import { expect, test } from 'vitest'

import { fromAddress, listOf, toAddress, type View } from '../src/organizations/view'

const nothingEdited = { unsaved: [], conflicts: [] }

test.each<[string, View]>([
  ['', { search: '', facet: 'all', column: null }],
  ['?q=acme&show=suggested', { search: 'acme', facet: 'suggested', column: null }],
  ['?show=suggested&in=i1', { search: '', facet: 'suggested', column: 'i1' }],
  ['?show=needsDecision&in=i1', { search: '', facet: 'needsDecision', column: 'i1' }],
  ['?show=unmapped&in=i1', { search: '', facet: 'unmapped', column: 'i1' }],
])('the address %s and the view are the same', (address, view) => {
  expect(fromAddress(address)).toEqual(view)
  expect(toAddress(view)).toBe(address)
})

test('only filters by matches are limited to a column', () => {
  expect(fromAddress('?show=deactivated&in=i1').column).toBeNull()
})

test('a filter by matches asks for all integrations, or for its column', () => {
  const view: View = { search: 'a', facet: 'suggested', column: null }
  expect(listOf(view, ['i1', 'i2'], nothingEdited)).toEqual({ kind: 'found', search: 'a', filter: { suggestedIn: ['i1', 'i2'] } })
  expect(listOf({ ...view, facet: 'needsDecision', column: 'i2' }, ['i1', 'i2'], nothingEdited)).toEqual({ kind: 'found', search: 'a', filter: { needsDecisionIn: ['i2'] } })
})
