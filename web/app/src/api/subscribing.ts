import type { AnyVariables, TypedDocumentNode } from '@urql/core'

import { client } from './client'

const pause = 2_000 // milliseconds before a subscription that the server ended is reopened

/**
 * Keeps a subscription open and calls take with its events. Whenever it is opened, variables says with which variables, or null if
 * that is not known yet. Returns a function that stops it.
 */
export function subscribe<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>, variables: () => Promise<Variables | null>, take: (data: Data) => void,
): () => void {
  let stopped = false
  let stop = () => undefined as void
  const again = () => {
    const timer = setTimeout(() => void open(), pause)
    stop = () => clearTimeout(timer)
  }
  const open = async () => {
    const current = await variables()
    if (stopped) return
    if (current === null) return again()
    const { unsubscribe } = client.subscription(document, current).subscribe(({ data, error, hasNext }) => {
      if (data) take(data)
      if (!error && hasNext !== false) return
      unsubscribe()
      again()
    })
    stop = unsubscribe
  }
  void open()
  return () => {
    stopped = true
    stop()
  }
}
