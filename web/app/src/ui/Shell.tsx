import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { lazy, type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react'

import { connection } from '../api/client'
import type { Viewer } from '../api/documents'
import { asked } from '../history/asking'
import { discardAll } from '../organizations/keeping'
import { open } from '../organizations/staged'
import { staged } from '../organizations/workspace'
import { follow, type Path, path as shown, titleOf } from '../router'
import { signOut } from '../session/session'
import { words } from '../words'
import { Icon } from './Icon'
import { Later } from './Later'
import { Notifications } from './Notifications'
import { useKeptScroll } from './scrolling'
import styles from './Shell.module.css'
import { useStore } from './store'

const SignOutDialog = lazy(async () => ({ default: (await import('../session/SignOutDialog')).SignOutDialog }))

const UndoDialog = lazy(async () => ({ default: (await import('../history/UndoDialog')).UndoDialog }))

const paths: readonly Path[] = ['/', '/history', '/sync', '/integrations']

/** The views of Setup Organizations. */
const views = ['/', '/by-tool'] as const satisfies readonly Path[]

/** Returns the view whose tab stands for a path. A look back has none of its own: its tab leads back to today. */
const viewOf = (path: Path | null): Path | null => (path === '/as-of' ? '/' : path)

/** Returns the page whose link in the navigation stands for a path. */
const pageOf = (path: Path | null): Path | null => (path === '/by-tool' ? '/' : viewOf(path))

const text = words.shell

/** The frame of every page: navigation, connection status, and the signed-in user. */
export function Shell({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const path = useStore(shown)
  const unsaved = useStore(staged, (all) => open(all).length)
  const undoing = useStore(asked)
  const [leaving, setLeaving] = useState(false)
  const leave = () => {
    discardAll()
    void signOut()
  }
  useEffect(() => {
    document.title = words.common.pageTitle(titleOf(path))
  }, [path])

  const content = useRef<HTMLElement>(null)
  useKeptScroll(content, `page ${path}`)

  const followTo = (event: MouseEvent, to: Path) => {
    if (to === path && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) event.preventDefault()
    else follow(event, to)
  }

  return (
    <>
      <a className={styles.skip} href="#content">{text.skipToContent}</a>
      <section className={styles.header} aria-label={words.common.product}>
        <span className={styles.brand}><img src="/favicon.svg" alt="" width="22" height="22" />{words.common.product}</span>
        <nav className={styles.nav} aria-label={text.pages}>
          {paths.map((to) => (
            <a key={to} href={to} aria-current={pageOf(path) === to ? 'page' : undefined} onClick={(event) => followTo(event, to)}>
              {titleOf(to)}
              {to === '/' && unsaved > 0 && path !== '/' && <span className={styles.unsaved}>{text.unsaved(unsaved)}</span>}
            </a>
          ))}
          {viewer.role === 'ADMIN' && <a href="/explorer">{text.explorer}</a>}
        </nav>
        {pageOf(path) === '/' && (
          <nav className={styles.views} aria-label={text.views.label}>
            {views.map((to) => <a key={to} href={to} aria-current={viewOf(path) === to ? 'page' : undefined} onClick={(event) => followTo(event, to)}>{text.views[to]}</a>)}
          </nav>
        )}
        <span className={styles.side}>
          <Connection />
          <SchemeButton />
          <Menu position="bottom-end" width={230}>
            <Menu.Target>
              <button type="button" className={styles.person} aria-label={text.signedInAs({ account: viewer.account.name, name: viewer.name })}>
                <Icon name="person" /><span>{viewer.account.name}</span><Icon name="chevron" size={12} />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{text.who({ name: viewer.name, role: words.common.roles[viewer.role], account: viewer.account.name })}</Menu.Label>
              <Menu.Item onClick={() => (unsaved > 0 ? setLeaving(true) : leave())}>{text.signOut}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </section>
      <main id="content" ref={content} className={styles.content} tabIndex={-1}>
        <h1 className={path === null ? styles.notFoundTitle : styles.hidden}>{titleOf(path)}</h1>
        {children}
      </main>
      <Notifications />
      {undoing && <Later><UndoDialog asked={undoing} /></Later>}
      {leaving && (
        <Later><SignOutDialog unsaved={unsaved} onLeave={leave} onClose={() => setLeaving(false)} /></Later>
      )}
    </>
  )
}

function Connection() {
  const state = useStore(connection)
  const { word, explanation } = text.connection[state]
  return (
    <span className={styles.connection} data-state={state} role="status" title={explanation}>
      <span aria-hidden="true" />{word}
    </span>
  )
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const other = scheme === 'dark' ? 'light' : 'dark'
  const label = other === 'dark' ? text.darkMode : text.lightMode
  return (
    <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} title={label} onClick={() => setColorScheme(other)}>
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </ActionIcon>
  )
}
