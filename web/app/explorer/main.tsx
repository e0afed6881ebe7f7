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
import { explorer as text } from '../src/words/explorer'
import { examplesPlugin } from './ExamplesPlugin'
import { defineThemes, editorTheme } from './editorTheme'
import { examples } from './examples'
import { memoryStorage, removeStored } from './memory'

const send = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({ url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, lazy: true }),
})

/** What the server reports about an operation. */
interface Usage {
  /** Missing in a subscription's events: the subscription is charged once. */
  cost?: { actual: number; limit: number }
  statements: number
}

const first = examples[0]!
const storage = memoryStorage()
removeStored(localStorage)

/** Returns the name of the operation to run. GraphiQL notices late that the document has changed, and may name an operation of the previous one. */
function operationIn({ query, operationName }: Parameters<Fetcher>[0]): string | undefined {
  return operationName && new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`).test(query) ? operationName : undefined
}

/** GraphiQL for admins. Others see that only admins can read the schema. */
function Explorer() {
  const [state, setState] = useState<Access | 'loading'>('loading')
  const [usage, setUsage] = useState<Usage | null>(null)
  const [fetcher] = useState<Fetcher>(() => async (params: Parameters<Fetcher>[0], options: Parameters<Fetcher>[1]) => {
    const operation = { ...params, operationName: operationIn(params), extensions: { statements: true } }
    // The editor's own introspection is not an operation of the user.
    if (params.operationName === 'IntrospectionQuery') return send(params, options) as never
    setUsage(null)
    return withUsage(await send(operation, options), setUsage) as never
  })
  useEffect(() => {
    const begin = async () => {
      const access = await readAccess()
      if (access === 'admin') await defineThemes() // only admins load the editor
      setState(access)
    }
    void begin()
  }, [])
  switch (state) {
    case 'loading':
      return null
    case 'admin':
      return (
        <main className="explorer">
          <h1 className="hidden">{text.title}</h1>
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
            {usage && <GraphiQL.Footer><p className="cost" role="status">{usageText(usage)}</p></GraphiQL.Footer>}
            <GraphiQL.Logo><a className="home" href="/">{text.product}</a></GraphiQL.Logo>
          </GraphiQL>
        </main>
      )
    case 'other':
      return <Message {...text.forAdmins} />
    case 'signedOut':
      return <Message {...text.signedOut} />
    case 'unreachable':
      return <Message {...(navigator.onLine ? text.unreachable : text.offline)} />
  }
}

/** Passes a response on, and calls onUsage with the usage that it reports; for a stream, with that of each event. */
function withUsage(result: unknown, onUsage: (usage: Usage) => void): unknown {
  if (!isStream(result)) {
    const usage = usageOf(result)
    if (usage) onUsage(usage)
    return result
  }
  return observable(result, onUsage)
}

interface Observer {
  next: (event: unknown) => void
  error: (problem: unknown) => void
  complete: () => void
}

/** Returns a stream that ends at once when GraphiQL stops it. A generator would wait for its next event, and its end would then take the Stop button from the operation that runs by that time. */
function observable(events: AsyncIterable<unknown>, onUsage: (usage: Usage) => void) {
  return {
    subscribe(observer: Observer) {
      const iterator = events[Symbol.asyncIterator]()
      let stopped = false
      const read = async () => {
        try {
          for (let event = await iterator.next(); !stopped && !event.done; event = await iterator.next()) {
            const usage = usageOf(event.value)
            if (usage) onUsage(usage)
            observer.next(event.value)
          }
          if (!stopped) observer.complete()
        } catch (problem) {
          if (!stopped) observer.error(problem)
        }
      }
      void read()
      return {
        unsubscribe: () => {
          stopped = true
          void iterator.return?.()
        },
      }
    },
  }
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result

function usageOf(response: unknown): Usage | null {
  const { extensions } = (response ?? {}) as { extensions?: Partial<Usage> }
  return extensions?.statements === undefined ? null : (extensions as Usage)
}

const usageText = ({ cost, statements }: Usage) => [...(cost ? [text.cost(cost)] : []), text.statements(statements)].join(text.separator)

function Message({ title, text: explanation }: { title: string; text: string }) {
  return (
    <main className="message">
      <div>
        <h1><img src="/favicon.svg" alt="" width="30" height="30" />{title}</h1>
        <p>{explanation}</p>
        <p><a href="/">{text.goToSetup}</a></p>
      </div>
    </main>
  )
}

type Access = 'admin' | 'other' | 'signedOut' | 'unreachable'

async function readAccess(): Promise<Access> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
    if (response.status === 401) return 'signedOut'
    const result = (await response.json()) as { data?: { viewer?: { role?: string } } }
    return result.data?.viewer?.role === 'ADMIN' ? 'admin' : 'other'
  } catch {
    return 'unreachable'
  }
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode><Explorer /></StrictMode>)
