import type { Exchange, Operation, OperationResult } from 'urql'
import { filter, makeSubject, merge, pipe, tap } from 'wonka'

const mostTries = 8
const longestWait = 30 // seconds

/** Returns how many seconds the server asks to wait, if it does. A request refused in this way was not started. */
export function secondsToWait({ error }: Pick<OperationResult, 'error'>): number | null {
  for (const { extensions } of error?.graphQLErrors ?? []) {
    if (extensions?.code !== 'RATE_LIMITED' || typeof extensions.retryAfter !== 'number') continue
    return Math.min(longestWait, Math.max(1, extensions.retryAfter))
  }
  return null
}

/** Retries requests that the server refused as too many, when the server says. */
export const patienceExchange: Exchange = ({ forward }) => (operations) => {
  const { source: again, next } = makeSubject<Operation>()
  const waiting = new Map<number, ReturnType<typeof setTimeout>>()
  const tries = new Map<number, number>()

  const forget = (key: number) => {
    clearTimeout(waiting.get(key))
    waiting.delete(key)
    tries.delete(key)
  }
  const results = forward(merge([
    pipe(operations, tap(({ kind, key }) => {
      if (kind === 'teardown') forget(key)
    })),
    again,
  ]))
  return pipe(results, filter((result) => {
    const { operation } = result
    const seconds = secondsToWait(result)
    const tried = tries.get(operation.key) ?? 0
    if (seconds === null || tried >= mostTries) {
      tries.delete(operation.key)
      return true
    }
    tries.set(operation.key, tried + 1)
    waiting.set(operation.key, setTimeout(() => next(operation), seconds * 1_000))
    return false
  }))
}
