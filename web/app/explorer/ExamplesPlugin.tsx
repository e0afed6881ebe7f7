import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react'

import { explorer } from '../src/words/explorer'
import { type Example, examples } from './examples'

/** The examples beside the editor. A click opens one in a new tab. */
export const examplesPlugin: GraphiQLPlugin = {
  title: explorer.examples,
  icon: () => (
    <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round">
      <path d="M3 2.500h7l3 3v8H3zM5.500 7h5M5.500 9.500h5" />
    </svg>
  ),
  content: Examples,
}

function Examples() {
  const { addTab } = useGraphiQLActions()
  const queryEditor = useGraphiQL((state) => state.queryEditor)
  const variableEditor = useGraphiQL((state) => state.variableEditor)
  const open = ({ query, variables }: Example) => {
    addTab()
    queryEditor?.setValue(query)
    variableEditor?.setValue(variables ?? '')
    queryEditor?.focus()
  }
  return (
    <section aria-label={explorer.examples}>
      <h2 className="graphiql-doc-explorer-title">{explorer.examples}</h2>
      <ul className="examples">
        {examples.map((example) => (
          <li key={example.title}><button type="button" disabled={!queryEditor || !variableEditor} onClick={() => open(example)}>{example.title}</button></li>
        ))}
      </ul>
    </section>
  )
}
