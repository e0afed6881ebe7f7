import { CombinedError, type Operation, type OperationResult } from '@urql/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeSubject, map, pipe, subscribe, tap } from 'wonka'

import { retryAfter, retryExchange } from '../src/api/retry'

const rateLimited = (seconds: unknown) =>
  new CombinedError({ graphQLErrors: [{ message: 'Too many requests.', extensions: { code: 'RATE_LIMITED', retryAfter: seconds } }] })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Returns a server that rejects the given number of requests, and the results that reach the page. */
function server(rejections: number) {
  const { source, next } = makeSubject<Operation>()
  const results: OperationResult[] = []
  let requests = 0
  const exchange = retryExchange({
    client: {} as never,
    dispatchDebug: () => undefined,
    forward: (operations) => pipe(
      operations,
      tap(({ kind }) => void (kind !== 'teardown' && requests++)),
      map((operation) => ({ operation, data: null, error: requests <= rejections ? rateLimited(2) : undefined, stale: false, hasNext: false }) as OperationResult),
    ),
  })
  pipe(exchange(source), subscribe((result) => void results.push(result)))
  return { next, results, requests: () => requests }
}

const query = { kind: 'query', key: 1 } as Operation

test('retries after the time that the server asks for', () => {
  const { next, results, requests } = server(2)
  next(query)
  expect(results).toHaveLength(0)
  vi.advanceTimersByTime(1_999)
  expect(requests()).toBe(1)
  vi.advanceTimersByTime(2_001)
  expect(requests()).toBe(3)
  expect(results.map(({ error }) => error)).toEqual([undefined])
})

test('does not retry a query that was torn down', () => {
  const { next, requests } = server(1)
  next(query)
  next({ ...query, kind: 'teardown' })
  vi.advanceTimersByTime(60_000)
  expect(requests()).toBe(1)
})

test('passes the error on after the last retry', () => {
  const { next, results } = server(100)
  next(query)
  vi.advanceTimersByTime(120_000)
  expect(results).toHaveLength(1)
  expect(results[0]?.error?.message).toContain('Too many requests.')
})

test('retries only rate limits that say when, after 1 to 30 seconds', () => {
  expect(retryAfter({ error: rateLimited('soon') })).toBeNull()
  expect(retryAfter({ error: rateLimited(0) })).toBe(1)
  expect(retryAfter({ error: rateLimited(9_999) })).toBe(30)
  expect(retryAfter({ error: undefined })).toBeNull()
})
