import type { Exchange, Operation, OperationResult } from 'urql'
import { filter, makeSubject, merge, pipe, tap } from 'wonka'

const maxRetries = 8
const maxDelay = 30 // seconds

/** Returns how many seconds the server asks to wait (Retry-After), or null. A request rejected in this way was not started. */
export function retryAfter({ error }: Pick<OperationResult, 'error'>): number | null {
  for (const { extensions } of error?.graphQLErrors ?? []) {
    if (extensions?.code !== 'RATE_LIMITED' || typeof extensions.retryAfter !== 'number') continue
    return Math.min(maxDelay, Math.max(1, extensions.retryAfter))
  }
  return null
}

/** Retries rate-limited requests after the time that the server asks for. */
export const retryExchange: Exchange = ({ forward }) => (operations) => {
  const { source: retries, next } = makeSubject<Operation>()
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  const attempts = new Map<number, number>()

  const forget = (key: number) => {
    clearTimeout(timers.get(key))
    timers.delete(key)
    attempts.delete(key)
  }
  const results = forward(merge([
    pipe(operations, tap(({ kind, key }) => {
      if (kind === 'teardown') forget(key)
    })),
    retries,
  ]))
  return pipe(results, filter((result) => {
    const { operation } = result
    const seconds = retryAfter(result)
    const attempt = attempts.get(operation.key) ?? 0
    if (seconds === null || attempt >= maxRetries) {
      attempts.delete(operation.key)
      return true
    }
    attempts.set(operation.key, attempt + 1)
    timers.set(operation.key, setTimeout(() => next(operation), seconds * 1_000))
    return false
  }))
}
