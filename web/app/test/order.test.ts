import type { Operation, OperationResult } from '@urql/core'
import { expect, test, vi } from 'vitest'
import { filter, makeSubject, merge, pipe, type Source, subscribe } from 'wonka'

import { orderExchange } from '../src/api/order'

const query = { kind: 'query', key: 1, query: {}, variables: {}, context: { requestPolicy: 'cache-first' } } as unknown as Operation
const event = { kind: 'subscription', key: 2, query: {}, variables: {}, context: {} } as unknown as Operation

/** Returns the exchange with a server whose responses the test provides. */
function exchange() {
  const operations = makeSubject<Operation>()
  const results = makeSubject<OperationResult>()
  const reexecuteOperation = vi.fn()
  const through = orderExchange({ client: { reexecuteOperation } as never, dispatchDebug: () => undefined, forward: (forwarded) => merge([pipe(forwarded, filter(() => false)) as unknown as Source<OperationResult>, results.source]) })
  pipe(through(operations.source), subscribe(() => undefined))
  return {
    send: operations.next,
    respond: (operation: Operation, data: unknown) => results.next({ operation, data } as OperationResult),
    repeat: reexecuteOperation,
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

test('repeats a query whose response may predate an event', async () => {
  const { send, respond, repeat } = exchange()
  send(query)
  respond(event, { accountChanges: { __typename: 'OrganizationsChanged' } })
  respond(query, { organizations: {} })
  await settled()
  expect(repeat).toHaveBeenCalledTimes(1)
  expect(repeat.mock.calls[0]?.[0]).toMatchObject({ key: 1, context: { requestPolicy: 'network-only' } })
})

test('keeps the response to a query sent after the event', async () => {
  const { send, respond, repeat } = exchange()
  respond(event, { accountChanges: { __typename: 'OrganizationsChanged' } })
  send(query)
  respond(query, { organizations: {} })
  await settled()
  expect(repeat).not.toHaveBeenCalled()
})

test('does not repeat a query that was torn down', async () => {
  const { send, respond, repeat } = exchange()
  send(query)
  respond(event, { accountChanges: { __typename: 'OrganizationsChanged' } })
  send({ ...query, kind: 'teardown' })
  respond(query, { organizations: {} })
  await settled()
  expect(repeat).not.toHaveBeenCalled()
})
