import { describe, expect, test } from 'vitest'

import { factsOf, hasGrid, stepsOf } from '../src/firstrun/steps'

const none = { connected: 0, read: 0, organizations: 0, mapped: 0, suggested: 0 }
const states = (facts: Partial<typeof none>) => stepsOf({ ...none, ...facts }).map(({ state }) => state)
const integration = (counts: { total: number; mapped: number; suggested: number }, lastSuccess: object | null = {}) => ({ organizationCounts: counts, lastSuccess })

describe('the steps', () => {
  test.each([
    ['of a new account begin with connecting', {}, ['current', 'waiting', 'waiting', 'waiting']],
    ['go on with the first list', { connected: 1 }, ['done', 'current', 'waiting', 'waiting']],
    ['go on with organizations once a list has been read', { connected: 2, read: 1 }, ['done', 'done', 'current', 'waiting']],
    ['go on with suggestions', { connected: 1, read: 1, organizations: 3, suggested: 2 }, ['done', 'done', 'done', 'current']],
    ['wait for suggestions while nothing is mapped', { connected: 1, read: 1, organizations: 3 }, ['done', 'done', 'done', 'current']],
    ['are done if more is mapped than suggested', { connected: 1, read: 1, organizations: 3, mapped: 2, suggested: 2 }, ['done', 'done', 'done', 'done']],
    ['can be done out of order', { organizations: 3 }, ['current', 'waiting', 'done', 'waiting']],
  ])('%s', (_, facts, expected) => {
    expect(states(facts)).toEqual(expected)
  })

  test('are numbered from 1', () => {
    expect(stepsOf(none).map(({ number }) => number)).toEqual([1, 2, 3, 4])
  })
})

describe('what the steps go by', () => {
  test('adds up the cells of all integrations', () => {
    const integrations = [integration({ total: 5, mapped: 1, suggested: 2 }), integration({ total: 5, mapped: 3, suggested: 0 }, null)]
    expect(factsOf(integrations, { used: 6 })).toEqual({ connected: 2, read: 1, organizations: 6, mapped: 4, suggested: 2 })
  })

  test('takes the number of organizations from the integrations until the quota is known', () => {
    expect(factsOf([integration({ total: 5, mapped: 0, suggested: 0 })], undefined).organizations).toBe(5)
    expect(factsOf([], undefined).organizations).toBe(0)
  })

  test('a grid needs rows and columns', () => {
    expect(hasGrid({ ...none, connected: 1 })).toBe(false)
    expect(hasGrid({ ...none, organizations: 1 })).toBe(false)
    expect(hasGrid({ ...none, connected: 1, organizations: 1 })).toBe(true)
  })
})
