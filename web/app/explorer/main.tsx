import './workers'

import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createClient } from 'graphql-ws'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

import '@fontsource-variable/inter/wght.css'
import '../src/styles.css'
import 'graphiql/style.css'
import './explorer.css'
import { examplesPlugin } from './ExamplesPlugin'
import { defineThemes, editorTheme } from './editorTheme'
import { examples } from './examples'
import { forgetKept, memoryStorage } from './memory'

const send = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({ url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, lazy: true }),
})

interface Told {
  /** Not of a subscription's events, which are paid for once. */
  cost?: { actual: number; limit: number }
  statements: number
}

const first = examples[0]!
const storage = memoryStorage()
forgetKept(localStorage)

/** Which operation is asked for. GraphiQL learns a moment late that another document is in the editor, and may name one of the last. */
function named({ query, operationName }: Parameters<Fetcher>[0]): string | undefined {
  return operationName && new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`).test(query) ? operationName : undefined
}

/** GraphiQL for admins, who alone may read the schema. Everyone else is told so. */
function Explorer() {
  const [state, setState] = useState<'asking' | 'admin' | 'other' | 'out' | 'away'>('asking')
  const [told, setTold] = useState<Told | null>(null)
  const [fetcher] = useState<Fetcher>(() => async (params: Parameters<Fetcher>[0], options: Parameters<Fetcher>[1]) => {
    const asked = { ...params, operationName: named(params), extensions: { statements: true } }
    // The editor's own look at the schema is nobody's operation.
    if (params.operationName === 'IntrospectionQuery') return send(params, options) as never
    setTold(null)
    return watched(await send(asked, options), setTold) as never
  })
  useEffect(() => {
    const begin = async () => {
      const who = await whoAsks()
      if (who === 'admin') await defineThemes() // others are not sent the editor
      setState(who)
    }
    void begin()
  }, [])
  switch (state) {
    case 'asking':
      return null
    case 'admin':
      return (
        <main className="explorer">
          <h1 className="hidden">Explorer</h1>
          <GraphiQL
            fetcher={fetcher}
            plugins={[examplesPlugin, HISTORY_PLUGIN]}
            visiblePlugin={examplesPlugin}
            editorTheme={editorTheme}
            storage={storage}
            defaultQuery={first.query}
            defaultEditorToolsVisibility="variables"
            isHeadersEditorEnabled={false}
            showPersistHeadersSettings={false}
          >
            {told && <GraphiQL.Footer><p className="cost" role="status">{inWords(told)}</p></GraphiQL.Footer>}
            <GraphiQL.Logo><a className="home" href="/">Orgmap</a></GraphiQL.Logo>
          </GraphiQL>
        </main>
      )
    case 'other':
      return <Message title="The explorer is for admins">You can use the API, but only admins can read its schema. Ask an admin for access.</Message>
    case 'out':
      return <Message title="Sign in first">The explorer uses the same session as the other pages.</Message>
    case 'away':
      return navigator.onLine
        ? <Message title="Can’t reach Orgmap">Check your connection and try again.</Message>
        : <Message title="You’re offline">Try again when your connection is back.</Message>
  }
}

/** Hands an answer on, and tells what the server says of it: of each event where it is a stream. */
function watched(result: unknown, tell: (told: Told) => void): unknown {
  if (!isStream(result)) {
    const told = toldOf(result)
    if (told) tell(told)
    return result
  }
  return (async function* () {
    for await (const event of result) {
      const told = toldOf(event)
      if (told) tell(told)
      yield event
    }
  })()
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result

function toldOf(answer: unknown): Told | null {
  const { extensions } = (answer ?? {}) as { extensions?: Partial<Told> }
  return extensions?.statements === undefined ? null : (extensions as Told)
}

const number = new Intl.NumberFormat()

function inWords({ cost, statements }: Told): string {
  const sent = statements === 1 ? '1 SQL statement' : `${number.format(statements)} SQL statements`
  return cost ? `Cost ${number.format(cost.actual)} of ${number.format(cost.limit)} · ${sent}` : sent
}

function Message({ title, children }: { title: string; children: string }) {
  return (
    <main className="message">
      <div>
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />{title}</h1>
        <p>{children}</p>
        <p><a href="/">Go to Setup Organizations</a></p>
      </div>
    </main>
  )
}

async function whoAsks() {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
    if (response.status === 401) return 'out'
    const answer = (await response.json()) as { data?: { viewer?: { role?: string } } }
    return answer.data?.viewer?.role === 'ADMIN' ? 'admin' : 'other'
  } catch {
    return 'away'
  }
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode><Explorer /></StrictMode>)
