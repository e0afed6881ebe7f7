import type { Operation, OperationResult } from '@urql/core'
import { expect, test, vi } from 'vitest'
import { filter, makeSubject, merge, pipe, type Source, subscribe } from 'wonka'

import { orderExchange } from '../src/api/order'

const query = { kind: 'query', key: 1, query: {}, variables: {}, context: { requestPolicy: 'cache-first' } } as unknown as Operation
const news = { kind: 'subscription', key: 2, query: {}, variables: {}, context: {} } as unknown as Operation

/** The exchange, with a server whose answers the test provides. */
function exchange() {
  const operations = makeSubject<Operation>()
  const results = makeSubject<OperationResult>()
  const reexecuteOperation = vi.fn()
  const through = orderExchange({ client: { reexecuteOperation } as never, dispatchDebug: () => undefined, forward: (asked) => merge([pipe(asked, filter(() => false)) as unknown as Source<OperationResult>, results.source]) })
  pipe(through(operations.source), subscribe(() => undefined))
  return {
    ask: operations.next,
    answer: (operation: Operation, data: unknown) => results.next({ operation, data } as OperationResult),
    again: reexecuteOperation,
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

test('an answer that was asked for before news came is asked for again', async () => {
  const { ask, answer, again } = exchange()
  ask(query)
  answer(news, { accountChanges: { __typename: 'OrganizationsChanged' } })
  answer(query, { organizations: {} })
  await settled()
  expect(again).toHaveBeenCalledTimes(1)
  expect(again.mock.calls[0]?.[0]).toMatchObject({ key: 1, context: { requestPolicy: 'network-only' } })
})

test('an answer that was asked for after the news stands', async () => {
  const { ask, answer, again } = exchange()
  answer(news, { accountChanges: { __typename: 'OrganizationsChanged' } })
  ask(query)
  answer(query, { organizations: {} })
  await settled()
  expect(again).not.toHaveBeenCalled()
})

test('what nobody wants any more is not asked for again', async () => {
  const { ask, answer, again } = exchange()
  ask(query)
  answer(news, { accountChanges: { __typename: 'OrganizationsChanged' } })
  ask({ ...query, kind: 'teardown' })
  answer(query, { organizations: {} })
  await settled()
  expect(again).not.toHaveBeenCalled()
})
