import { expect, test } from 'vitest'

import { fromAddress, listOf, toAddress, type View } from '../src/organizations/view'

const nothingEdited = { unsaved: [], conflicts: [] }

test.each<[string, View]>([
  ['', { search: '', facet: 'all', column: null, groups: [] }],
  ['?q=acme&show=suggested', { search: 'acme', facet: 'suggested', column: null, groups: [] }],
  ['?show=suggested&in=i1', { search: '', facet: 'suggested', column: 'i1', groups: [] }],
  ['?show=needsDecision&in=i1', { search: '', facet: 'needsDecision', column: 'i1', groups: [] }],
  ['?q=acme&show=unmapped&group=g1%2Cg2', { search: 'acme', facet: 'unmapped', column: null, groups: ['g1', 'g2'] }],
  ['?show=unmapped&in=i1', { search: '', facet: 'unmapped', column: 'i1', groups: [] }],
])('the address %s and the view are the same', (address, view) => {
  expect(fromAddress(address)).toEqual(view)
  expect(toAddress(view)).toBe(address)
})

test('only filters by matches are limited to a column', () => {
  expect(fromAddress('?show=deactivated&in=i1').column).toBeNull()
})

test('a filter by matches asks for all integrations, or for its column', () => {
  const view: View = { search: 'a', facet: 'suggested', column: null, groups: [] }
  expect(listOf(view, ['i1', 'i2'], nothingEdited)).toEqual({ kind: 'found', search: 'a', filter: { suggestedIn: ['i1', 'i2'] } })
  expect(listOf({ ...view, facet: 'needsDecision', column: 'i2' }, ['i1', 'i2'], nothingEdited)).toEqual({ kind: 'found', search: 'a', filter: { needsDecisionIn: ['i2'] } })
})

test('a filter by groups is added to every other one', () => {
  const view: View = { search: '', facet: 'all', column: null, groups: ['g1'] }
  expect(listOf(view, ['i1'], nothingEdited)).toEqual({ kind: 'found', search: '', filter: { groupIds: ['g1'], hasGroup: null } })
  expect(listOf({ ...view, facet: 'deactivated' }, ['i1'], nothingEdited)).toMatchObject({ filter: { active: false, groupIds: ['g1'] } })
  expect(listOf({ ...view, facet: 'unmapped', groups: ['none'] }, ['i1'], nothingEdited)).toMatchObject({ filter: { unmappedIn: ['i1'], groupIds: null, hasGroup: false } })
  expect(listOf({ ...view, groups: [] }, ['i1'], nothingEdited)).toEqual({ kind: 'found', search: '', filter: null })
})
