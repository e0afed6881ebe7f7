import { describe, expect, test, vi } from 'vitest'

import type { Person } from '../src/settings/documents'
import { pageLength, PeopleList, type Source } from '../src/settings/PeopleList'
import { expiresAt, expiresSoon, statusOf, usedWithinAnHour } from '../src/settings/tokens'
import { fromAddress, toAddress } from '../src/settings/view'
import { formatClock, zonesWith } from '../src/settings/zones'

const person = (id: string): Person => ({ id, name: id, email: null, role: null, assignedRole: null, signedInAt: null, blocked: false, engineerCount: 0, vcioCount: 0 })

/** A server with so many people. */
const serverWith = (count: number): Source => async (_, first, after) => {
  const from = after === null ? 0 : Number(after)
  const rows = Array.from({ length: Math.min(first, count - from) }, (_, at) => person(String(from + at)))
  return { data: { rows, total: count, cursor: from + rows.length < count ? String(from + rows.length) : null, self: '0' }, problem: null }
}

describe('the list of people', () => {
  test('grows by a page at a time, in queries of at most 200', async () => {
    const source = vi.fn(serverWith(250))
    const list = new PeopleList(source)
    await list.find('')
    expect(list.state.get()).toMatchObject({ total: 250, hasMore: true, self: '0', loading: false })
    expect(list.state.get().people).toHaveLength(pageLength)
    await list.more()
    await list.more()
    expect(list.state.get().people?.map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, at) => String(at)))
    expect(list.state.get().hasMore).toBe(false)
    expect(source.mock.calls.every(([, first]) => first <= 200)).toBe(true)
  })

  test('keeps what it shows if reading fails, and says why', async () => {
    let problem: string | null = null
    const list = new PeopleList(async (...args) => (problem === null ? serverWith(2)(...args) : { data: null, problem }))
    await list.find('')
    problem = 'away'
    await list.read()
    expect(list.state.get()).toMatchObject({ problem: 'away', loading: false })
    expect(list.state.get().people).toHaveLength(2)
    problem = null
    await list.read()
    expect(list.state.get().problem).toBeNull()
  })

  test('drops the response to an earlier search', async () => {
    const answers: (() => void)[] = []
    const list = new PeopleList((search) => new Promise((resolve) => answers.push(() => resolve({ data: { rows: [person(search)], total: 1, cursor: null, self: null }, problem: null }))))
    const first = list.find('a')
    await Promise.resolve()
    const second = list.find('b')
    answers[0]!()
    await first
    expect(list.state.get().people).toBeNull()
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    answers[1]!()
    await second
    expect(list.state.get()).toMatchObject({ search: 'b', people: [{ id: 'b' }] })
  })
})

describe('a token', () => {
  const now = Date.parse('2026-11-30T12:00:00Z')
  const token = (expires: string | null, revokedAt: string | null = null) => ({ expiresAt: expires, revokedAt })

  test('is valid until it expires or is revoked', () => {
    expect(statusOf(token(null), now)).toBe('valid')
    expect(statusOf(token('2026-11-30T12:00:01Z'), now)).toBe('valid')
    expect(statusOf(token('2026-11-30T12:00:00Z'), now)).toBe('expired')
    expect(statusOf(token('2026-11-01T00:00:00Z', '2026-10-01T00:00:00Z'), now)).toBe('revoked')
  })

  test('expires soon within two weeks', () => {
    expect(expiresSoon(token('2026-12-09T13:00:00Z'), now)).toBe(9)
    expect(expiresSoon(token('2026-11-30T13:00:00Z'), now)).toBe(0)
    expect(expiresSoon(token('2026-12-14T12:00:00Z'), now)).toBeNull()
    expect(expiresSoon(token('2026-11-29T12:00:00Z'), now)).toBeNull()
    expect(expiresSoon(token(null), now)).toBeNull()
  })

  test('was used within an hour if the hour of its last use is not over', () => {
    expect(usedWithinAnHour('2026-11-30T11:00:01Z', now)).toBe(true)
    expect(usedWithinAnHour('2026-11-30T11:00:00Z', now)).toBe(false)
  })

  test('expires when its creator says', () => {
    const created = new Date(2026, 10, 30, 9, 30)
    expect(expiresAt('never', '', created)).toBeNull()
    expect(expiresAt('month', '', created)).toBe(new Date(2026, 11, 30, 9, 30).toISOString())
    expect(expiresAt('quarter', '', created)).toBe(new Date(2027, 1, 28, 9, 30).toISOString())
    expect(expiresAt('year', '', created)).toBe(new Date(2027, 10, 30, 9, 30).toISOString())
    expect(expiresAt('date', '2026-12-31', created)).toBe(new Date(2027, 0, 1).toISOString())
  })
})

describe('the address of Settings', () => {
  test('has the tab, and the search for people', () => {
    expect(fromAddress('?tab=tokens&q=x')).toEqual({ tab: 'tokens', search: '' })
    expect(fromAddress('?tab=people&q=ann')).toEqual({ tab: 'people', search: 'ann' })
    expect(fromAddress('?tab=nothing')).toEqual({ tab: 'people', search: '' })
    expect(toAddress({ tab: 'people', search: 'ann' })).toBe('?tab=people&q=ann')
    expect(toAddress({ tab: 'account', search: '' })).toBe('?tab=account')
  })
})

describe('time zones', () => {
  test('contain the account’s own, even if the browser does not know it', () => {
    expect(zonesWith('America/New_York').filter((zone) => zone === 'America/New_York')).toHaveLength(1)
    expect(zonesWith('Moon/Base')).toContain('Moon/Base')
    expect(zonesWith('UTC')).toContain('UTC')
  })

  test('show the time on their clocks, unless they are unknown', () => {
    const noon = new Date('2026-11-30T12:00:00Z')
    expect(formatClock('Asia/Kolkata', noon)).toMatch(/5:30|17:30/)
    expect(formatClock('Moon/Base', noon)).toBeNull()
  })
})
