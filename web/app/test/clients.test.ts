import { describe, expect, test } from 'vitest'

import { ticksOf } from '../src/clients/ticks'
import { fromAddress, isFiltered, listOf, toAddress, type View } from '../src/clients/view'
import { nobody, toggled } from '../src/ui/choosing'

const view = (part: Partial<View> = {}): View => ({ ...fromAddress(''), ...part })

describe('the address', () => {
  test.each<View>([
    view(),
    view({ search: 'a & b', status: 'all', groups: ['g1', 'g2'], engineers: [nobody], vcios: ['p1'], unmapped: ['i1', 'i2'], order: 'newest' }),
  ])('restores the view', (shown) => {
    expect(fromAddress(toAddress(shown))).toEqual(shown)
  })
  test('ignores what it does not know', () => {
    expect(fromAddress('?status=gone&order=up&group=')).toEqual(view())
  })
})

describe('the list', () => {
  test('contains active organizations by name unless something else is chosen', () => {
    expect(listOf(view())).toMatchObject({ search: null, filter: { active: true, groupIds: null, hasGroup: null, unmappedIn: null }, orderBy: { field: 'NAME', direction: 'ASC' } })
    expect(listOf(view({ status: 'all' })).filter?.active).toBeNull()
    expect(listOf(view({ status: 'deactivated' })).filter?.active).toBe(false)
  })
  test('asks for nobody in another way than for people', () => {
    expect(listOf(view({ engineers: [nobody], vcios: ['p1'], groups: [nobody] })).filter).toMatchObject({ hasEngineer: false, engineerIds: null, hasVcio: null, vcioIds: ['p1'], hasGroup: false, groupIds: null })
  })
  test('a search is no filter that Reset would clear', () => {
    expect(isFiltered(view({ search: 'a' }))).toBe(false)
    expect(isFiltered(view({ vcios: ['p1'] }))).toBe(true)
    expect(isFiltered(view({ status: 'all' }))).toBe(true)
  })
})

test('nobody is chosen alone', () => {
  expect(toggled(['p1', 'p2'], nobody)).toEqual([nobody])
  expect(toggled([nobody], 'p1')).toEqual(['p1'])
  expect(toggled(['p1'], 'p2')).toEqual(['p1', 'p2'])
  expect(toggled(['p1', 'p2'], 'p1')).toEqual(['p2'])
})

test('an integration counts as mapped even if something else is suggested in it', () => {
  const suggestion = (id: string) => ({ externalOrg: { id: `x${id}`, integration: { id } } })
  expect(ticksOf({ mappings: [{ id: 'm1', integration: { id: 'i1' } }, { id: 'm2', integration: { id: 'i1' } }], suggestions: [suggestion('i1'), suggestion('i3')] }, ['i1', 'i2', 'i3'])).toEqual(['mapped', 'missing', 'suggested'])
})
