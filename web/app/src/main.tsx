import './controls.css'
import '@fontsource-variable/inter/wght.css'
import './styles.css'

import { MantineProvider } from '@mantine/core'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'

import { ask, client } from './api/client'
import { ViewerQuery, type Viewer } from './api/documents'
import { follow } from './api/live'
import { IntegrationsPage } from './integrations/IntegrationsPage'
import { SetupPage } from './organizations/SetupPage'
import { hasUnsaved, watchOthers } from './organizations/workspace'
import { path as shown } from './router'
import { SignIn } from './session/SignIn'
import { describe, session, signIn, takeTokenFromAddress } from './session/session'
import { SyncPage } from './sync/SyncPage'
import { theme, variables } from './theme'
import { Shell } from './ui/Shell'
import { useStore } from './ui/store'

const token = takeTokenFromAddress()

function App() {
  const state = useStore(session)
  const [problem, setProblem] = useState<string | null>(null)
  const [viewer, setViewer] = useState<Viewer | null>(null)

  useEffect(() => {
    const begin = async () => {
      const refused = token === null ? null : await signIn(token)
      setProblem(refused)
      if (refused !== null) return session.set('out')
      // A server that does not answer is asked again further on.
      const known = token === null ? await describe() : null
      session.set(known?.signedIn === false ? 'out' : 'in')
    }
    void begin()
    // A sign-in link that is pasted over the page's own address loads nothing anew.
    const arrive = async () => {
      const pasted = takeTokenFromAddress()
      if (pasted === null) return
      const before = session.get()
      const refused = await signIn(pasted)
      setProblem(refused)
      if (refused === null && before === 'in') location.reload() // it may be somebody else's
    }
    const onHash = () => void arrive()
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [])

  useEffect(() => {
    if (state !== 'in') return
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const find = async () => {
      const answer = await ask('query', ViewerQuery, {})
      if (!current || session.get() !== 'in') return
      setProblem(answer.problem)
      if (answer.data) setViewer(answer.data.viewer)
      else timer = setTimeout(() => void find(), 2_000)
    }
    void find()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [state])

  if (state === 'out') return <SignIn problem={viewer ? 'Your session has ended. Sign in again; unsaved changes are kept meanwhile.' : problem} />
  if (!viewer) return problem === null ? null : <p role="status" style={{ padding: 24 }}>{problem}</p>
  return <Pages viewer={viewer} />
}

function Pages({ viewer }: { viewer: Viewer }) {
  const path = useStore(shown)
  useEffect(() => {
    const stops = [watchOthers(), follow()]
    const guard = (event: BeforeUnloadEvent) => {
      if (hasUnsaved()) event.preventDefault()
    }
    window.addEventListener('beforeunload', guard)
    return () => {
      for (const stop of stops) stop()
      window.removeEventListener('beforeunload', guard)
    }
  }, [])
  return (
    <Shell viewer={viewer}>
      {path === '/' && <SetupPage viewer={viewer} />}
      {path === '/sync' && <SyncPage viewer={viewer} />}
      {path === '/integrations' && <IntegrationsPage viewer={viewer} />}
    </Shell>
  )
}

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Provider value={client}>
          <App />
        </Provider>
      </MantineProvider>
    </StrictMode>,
  )
}
