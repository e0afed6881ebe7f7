import { describe, expect, test } from 'vitest'

import type { ImportCandidate } from '../src/api/documents'
import { chooseAll, compareRemoteIds, exceedsLimit, newNames, preview, similarTo } from '../src/organizations/importing'

function candidate(id: string, name: string, organization?: { name: string; mappedTo?: string }): ImportCandidate {
  return {
    outcome: 'CREATED',
    externalOrg: { id, name, remoteId: id, integration: { id: 'glue' }, suggestion: null, candidates: [] },
    organization: organization
      ? {
          id: `org ${organization.name}`, name: organization.name, active: true,
          mappings: organization.mappedTo ? [{ id: 'm', externalOrg: { id: 'x', name: organization.mappedTo }, integration: { id: 'glue' } }] : [],
        }
      : null,
  }
}

const all = (candidates: ImportCandidate[]) => new Set(candidates.map(({ externalOrg }) => externalOrg.id))

describe('the preview', () => {
  const candidates = [
    candidate('10', 'Alpha'),
    candidate('9', 'Alpha '),
    candidate('3', 'Beta', { name: 'Beta' }),
    candidate('4', 'Gamma', { name: 'Gamma', mappedTo: 'Old Gamma' }),
  ]

  test('has an outcome for each candidate', () => {
    const { outcomes, importedInstead, ...totals } = preview(candidates, all(candidates))
    expect(Object.fromEntries(outcomes)).toEqual({ 10: 'SKIPPED_DUPLICATE_NAME', 9: 'CREATED', 3: 'MAPPED_EXISTING', 4: 'OVERWROTE_MAPPING' })
    expect([...importedInstead]).toEqual([['10', '9']])
    expect(totals).toEqual({ created: 1, mapped: 1, overwritten: 1, skipped: 1 })
  })

  test('imports a duplicate that is chosen alone', () => {
    expect(preview(candidates, new Set(['10'])).outcomes.get('10')).toBe('CREATED')
  })

  test('does not overwrite a mapping in another integration', () => {
    const elsewhere = candidate('5', 'Delta', { name: 'Delta', mappedTo: 'D' })
    elsewhere.organization!.mappings[0]!.integration.id = 'another glue'
    expect(preview([elsewhere], new Set(['5'])).outcomes.get('5')).toBe('MAPPED_EXISTING')
  })
})

test('of two candidates with the same name in two integrations, the first creates the organization and the second maps to it', () => {
  const second = candidate('2', 'Alpha')
  second.externalOrg.integration.id = 'another glue'
  const { outcomes } = preview([candidate('1', 'Alpha'), second], new Set(['1', '2']))
  expect([...outcomes.values()]).toEqual(['CREATED', 'MAPPED_EXISTING'])
})

describe('the quota', () => {
  const candidates = [candidate('1', 'A'), candidate('2', 'B'), candidate('3', 'A'), candidate('4', 'C', { name: 'C' }), candidate('5', 'D')]

  test('counts each new name once', () => {
    expect(newNames(candidates, all(candidates)).size).toBe(3)
  })

  test('blocks only candidates that would exceed it', () => {
    const names = newNames(candidates, new Set(['1', '2']))
    expect(candidates.map((one) => exceedsLimit(one, names, 2))).toEqual([false, false, false, false, true])
    expect(candidates.some((one) => exceedsLimit(one, names, null))).toBe(false)
  })

  test('stops select all at the limit', () => {
    expect([...chooseAll(candidates, new Set(), 2, 100)]).toEqual(['1', '2', '3', '4'])
    expect([...chooseAll(candidates, new Set(['5']), 1, 100)]).toEqual(['5', '4'])
    expect([...chooseAll(candidates, new Set(), null, 3)]).toEqual(['1', '2', '3'])
    expect([...chooseAll(candidates, new Set(), 0, 100)]).toEqual(['4'])
  })
})

test('numeric remote IDs are compared by value', () => {
  expect(['10', '1x', '9', 'b', 'a', '90071992547409931', '90071992547409930'].sort(compareRemoteIds)).toEqual(
    ['9', '10', '90071992547409930', '90071992547409931', '1x', 'a', 'b'])
})

test('“Select all” leaves out what would replace a mapping, and templates', () => {
  const candidates = [candidate('1', 'Alpha'), candidate('2', 'Beta', { name: 'Beta', mappedTo: 'Old Beta' }), candidate('3', 'Template - New Client'), candidate('4', 'Temple Works')]
  expect([...chooseAll(candidates, new Set(), null, 100)]).toEqual(['1', '4'])
  expect([...chooseAll(candidates, new Set(['2']), null, 100)]).toEqual(['2', '1', '4'])
})

describe('a similar organization', () => {
  const like = (part: Partial<ImportCandidate['externalOrg']>, organization?: { name: string }): ImportCandidate => {
    const one = candidate('1', 'Beaumont Church Inc.', organization)
    return { ...one, externalOrg: { ...one.externalOrg, ...part } }
  }
  const named = (name: string) => ({ id: `org ${name}`, name })

  test('is the suggested one', () => {
    expect(similarTo(like({ suggestion: { organization: named('Beaumont Church') }, candidates: [{ score: 5, organization: named('Beaumont') }] }))).toEqual([named('Beaumont Church')])
  })

  test('is a candidate that more speaks for than against, at most two', () => {
    const candidates = [9, 8, 7, -1].map((score) => ({ score, organization: named(`Number ${score}`) }))
    expect(similarTo(like({ candidates })).map(({ name }) => name)).toEqual(['Number 9', 'Number 8'])
    expect(similarTo(like({ candidates: candidates.slice(3) }))).toEqual([])
  })

  test('is not offered if an organization has the same name', () => {
    expect(similarTo(like({ suggestion: { organization: named('Other') } }, { name: 'Beaumont Church Inc.' }))).toEqual([])
  })
})
