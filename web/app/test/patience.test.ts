import { CombinedError, type Operation, type OperationResult } from '@urql/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeSubject, map, pipe, subscribe, tap } from 'wonka'

import { patienceExchange, secondsToWait } from '../src/api/patience'

const limited = (retryAfter: unknown) =>
  new CombinedError({ graphQLErrors: [{ message: 'Too much at once.', extensions: { code: 'RATE_LIMITED', retryAfter } }] })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that rejects the given number of requests, and the results that reach the page. */
function server(refusals: number) {
  const { source, next } = makeSubject<Operation>()
  const answers: OperationResult[] = []
  let asked = 0
  const exchange = patienceExchange({
    client: {} as never,
    dispatchDebug: () => undefined,
    forward: (operations) => pipe(
      operations,
      tap(({ kind }) => void (kind !== 'teardown' && asked++)),
      map((operation) => ({ operation, data: null, error: asked <= refusals ? limited(2) : undefined, stale: false, hasNext: false }) as OperationResult),
    ),
  })
  pipe(exchange(source), subscribe((result) => void answers.push(result)))
  return { next, answers, asked: () => asked }
}

const query = { kind: 'query', key: 1 } as Operation

test('what was refused is asked again when the server says', () => {
  const { next, answers, asked } = server(2)
  next(query)
  expect(answers).toHaveLength(0)
  vi.advanceTimersByTime(1_999)
  expect(asked()).toBe(1)
  vi.advanceTimersByTime(2_001)
  expect(asked()).toBe(3)
  expect(answers.map(({ error }) => error)).toEqual([undefined])
})

test('a page that went away asks no more', () => {
  const { next, asked } = server(1)
  next(query)
  next({ ...query, kind: 'teardown' })
  vi.advanceTimersByTime(60_000)
  expect(asked()).toBe(1)
})

test('at some point the refusal is shown', () => {
  const { next, answers } = server(100)
  next(query)
  vi.advanceTimersByTime(120_000)
  expect(answers).toHaveLength(1)
  expect(answers[0]?.error?.message).toContain('Too much at once.')
})

test('only a refusal that says when is waited for', () => {
  expect(secondsToWait({ error: limited('soon') })).toBeNull()
  expect(secondsToWait({ error: limited(0) })).toBe(1)
  expect(secondsToWait({ error: limited(9_999) })).toBe(30)
  expect(secondsToWait({ error: undefined })).toBeNull()
})
