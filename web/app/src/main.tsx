import './controls.css'
import '@fontsource-variable/inter/wght.css'
import './styles.css'

import { MantineProvider } from '@mantine/core'
import { lazy, StrictMode, useCallback, useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'

import { client, request } from './api/client'
import { ViewerQuery, type Viewer } from './api/documents'
import { follow, onChange } from './api/live'
import { keepDrafts, kept } from './organizations/keeping'
import { SetupPage } from './organizations/SetupPage'
import { followOthers, hasUnsaved } from './organizations/workspace'
import { path as shown } from './router'
import { ConfirmSignIn } from './session/ConfirmSignIn'
import { SignIn } from './session/SignIn'
import { describe, type Secret, session, takeSecretFromAddress } from './session/session'
import { theme, variables } from './theme'
import { notify } from './ui/notifications'
import { keepFocus } from './ui/focus'
import { Later } from './ui/Later'
import { NotFound } from './ui/NotFound'
import { Shell } from './ui/Shell'
import { useStore } from './ui/store'
import { words } from './words'

const linked = takeSecretFromAddress()

const ByToolPage = lazy(async () => ({ default: (await import('./bytool/ByToolPage')).ByToolPage }))
const HistoryPage = lazy(async () => ({ default: (await import('./history/HistoryPage')).HistoryPage }))
const AsOfPage = lazy(async () => ({ default: (await import('./asof/AsOfPage')).AsOfPage }))
const OrganizationsPage = lazy(async () => ({ default: (await import('./clients/OrganizationsPage')).OrganizationsPage }))
const OrganizationPage = lazy(async () => ({ default: (await import('./clients/OrganizationPage')).OrganizationPage }))
const ImportPage = lazy(async () => ({ default: (await import('./csvimport/ImportPage')).ImportPage }))
const SettingsPage = lazy(async () => ({ default: (await import('./settings/SettingsPage')).SettingsPage }))
const SyncPage = lazy(async () => ({ default: (await import('./sync/SyncPage')).SyncPage }))
const IntegrationsPage = lazy(async () => ({ default: (await import('./integrations/IntegrationsPage')).IntegrationsPage }))

function App() {
  const state = useStore(session)
  const [link, setLink] = useState<Secret | null>(linked)
  const [refused, setRefused] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [viewer, setViewer] = useState<Viewer | null>(null)
  /** Whether viewer is up to date with the session: it is read again after each sign-in. */
  const [checked, setChecked] = useState(false)
  const [signIns, setSignIns] = useState(0)
  const last = useRef<Viewer | null>(null)

  useEffect(() => {
    // Pasting a sign-in link over the page's own address does not reload the page.
    const arrive = () => {
      const pasted = takeSecretFromAddress()
      if (pasted !== null) setLink(pasted)
    }
    window.addEventListener('hashchange', arrive)
    return () => window.removeEventListener('hashchange', arrive)
  }, [])

  useEffect(() => {
    if (link !== null || session.get() !== 'unknown') return
    // If the server does not respond, the viewer query below finds out.
    void describe().then((known) => session.get() === 'unknown' && session.set(known?.signedIn === false ? 'out' : 'in'))
  }, [link])

  useEffect(() => {
    if (state !== 'in') return setChecked(false)
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const find = async () => {
      const result = await request('query', ViewerQuery, {})
      if (!current || session.get() !== 'in') return
      setProblem(result.problem)
      if (result.data) {
        const { viewer: found } = result.data
        // The data in memory belongs to another account: reload the page to discard it.
        if (last.current && last.current.account.id !== found.account.id) return location.reload()
        last.current = found
        setViewer(found)
        setChecked(true)
      } else timer = setTimeout(() => void find(), 2_000)
    }
    void find()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [state, signIns])

  useEffect(() => onChange(({ __typename }) => {
    if (__typename !== 'SettingsChanged' && __typename !== 'PeopleChanged' && __typename !== 'Resync') return
    // An admin may have renamed the account or assigned another role. The name stays: unsaved edits are kept under it.
    void request('query', ViewerQuery, {}).then(({ data }) => setViewer((before) => (data && before?.account.id === data.viewer.account.id ? updated(before, data.viewer) : before)))
  }), [])

  const end = useCallback((wrong: string | null) => {
    setRefused(wrong)
    setLink(null)
    if (wrong !== null && session.get() === 'in') notify('problem', wrong)
  }, [])
  const enter = useCallback(() => {
    setRefused(null)
    setChecked(false)
    setSignIns((n) => n + 1)
    setLink(null)
  }, [])

  if (link !== null) return <ConfirmSignIn secret={link} unsaved={hasUnsaved() && !kept.get()} onEnd={end} onSignedIn={enter} />
  if (state === 'out') return <SignIn {...reasonToSignIn(viewer !== null, refused)} />
  if (!viewer || !checked) return problem === null ? null : <p role="status" style={{ padding: 24 }}>{problem}</p>
  return <Pages viewer={viewer} />
}

const updated = (before: Viewer, { role, account }: Viewer): Viewer => (role === before.role && account.name === before.account.name ? before : { ...before, role, account })

function reasonToSignIn(wasIn: boolean, refused: string | null) {
  if (refused !== null) return { reason: refused, bad: true }
  if (!wasIn) return { reason: null, bad: false }
  return { reason: words.session.signedOut({ unsaved: hasUnsaved() }), bad: false }
}

function Pages({ viewer }: { viewer: Viewer }) {
  const path = useStore(shown)
  useEffect(() => keepDrafts(viewer), [viewer])
  useEffect(() => {
    const stops = [followOthers(), follow(), keepFocus()]
    const guard = (event: BeforeUnloadEvent) => {
      if (hasUnsaved() && !kept.get()) event.preventDefault()
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
      {path === '/by-tool' && <Later><ByToolPage viewer={viewer} /></Later>}
      {path === '/history' && <Later><HistoryPage viewer={viewer} /></Later>}
      {path === '/as-of' && <Later><AsOfPage viewer={viewer} /></Later>}
      {path === '/organizations' && <Later><OrganizationsPage viewer={viewer} /></Later>}
      {path === '/organization' && <Later><OrganizationPage viewer={viewer} /></Later>}
      {path === '/import' && <Later><ImportPage viewer={viewer} /></Later>}
      {path === '/settings' && <Later><SettingsPage viewer={viewer} /></Later>}
      {path === '/sync' && <Later><SyncPage viewer={viewer} /></Later>}
      {path === '/integrations' && <Later><IntegrationsPage viewer={viewer} /></Later>}
      {path === null && <NotFound />}
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
