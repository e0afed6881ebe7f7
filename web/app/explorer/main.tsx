import './workers'

import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createClient } from 'graphql-ws'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

import 'graphiql/style.css'
import './explorer.css'
import { examplesPlugin } from './ExamplesPlugin'
import { examples } from './examples'

const send = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({ url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, lazy: true }),
})

interface Cost {
  requested: number
  limit: number
}

const first = examples[0]!

/** GraphiQL for admins, who alone may read the schema. Everyone else is told so. */
function Explorer() {
  const [state, setState] = useState<'asking' | 'admin' | 'other' | 'out' | 'away'>('asking')
  const [cost, setCost] = useState<Cost | null>(null)
  const [fetcher] = useState<Fetcher>(() => async (...request: Parameters<Fetcher>) => {
    const result = await send(...request)
    // Answers to queries and mutations are single; a subscription's stream is handed on untouched.
    setCost(costOf(result))
    return result as never
  })
  useEffect(() => void whoAsks().then(setState), [])
  switch (state) {
    case 'asking':
      return null
    case 'admin':
      return (
        <GraphiQL
          fetcher={fetcher}
          plugins={[examplesPlugin, HISTORY_PLUGIN]}
          visiblePlugin={examplesPlugin}
          defaultQuery={first.query}
          defaultEditorToolsVisibility="variables"
          isHeadersEditorEnabled={false}
          showPersistHeadersSettings={false}
        >
          {cost && <GraphiQL.Footer><p className="cost" role="status">Cost {cost.requested} of {cost.limit}</p></GraphiQL.Footer>}
          <GraphiQL.Logo><a className="home" href="/">Orgmap</a></GraphiQL.Logo>
        </GraphiQL>
      )
    case 'other':
      return <Message title="The explorer is for admins">Your role may use the API, but not read its schema. An admin of your account can change that.</Message>
    case 'out':
      return <Message title="Sign in first">The explorer uses the session of the other pages.</Message>
    case 'away':
      return <Message title="Orgmap does not answer">Is the server running?</Message>
  }
}

/** What the server reckoned an operation to cost, where it says so. */
function costOf(result: unknown): Cost | null {
  const { extensions } = (result ?? {}) as { extensions?: { cost?: Partial<Cost> } }
  const { requested, limit } = extensions?.cost ?? {}
  return requested === undefined || limit === undefined ? null : { requested, limit }
}

function Message({ title, children }: { title: string; children: string }) {
  return <main className="message"><h1>{title}</h1><p>{children}</p><p><a href="/">Back to Setup Organizations</a></p></main>
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
