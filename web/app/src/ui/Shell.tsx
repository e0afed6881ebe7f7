import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
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
import { Links, Navigation } from './Navigation'
import navigation from './Navigation.module.css'
import { pageOf, useKey, useMenu, useSideBar, viewOf, views } from './navigation'
import { Notifications } from './Notifications'
import { useKeptScroll } from './scrolling'
import styles from './Shell.module.css'
import { useStore } from './store'

const FindDialog = lazy(async () => ({ default: (await import('./FindDialog')).FindDialog }))
const SignOutDialog = lazy(async () => ({ default: (await import('../session/SignOutDialog')).SignOutDialog }))
const UndoDialog = lazy(async () => ({ default: (await import('../history/UndoDialog')).UndoDialog }))

const text = words.shell

/** The frame of every page: navigation, connection status, and the signed-in user. */
export function Shell({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const path = useStore(shown)
  const unsaved = useStore(staged, (all) => open(all).length)
  const undoing = useStore(asked)
  const bar = useSideBar(`${viewer.name} of ${viewer.account.id}`)
  const hasMenu = useMenu()
  const [menuOf, setMenuOf] = useState<Path | null | undefined>() // the page on which the menu is open; undefined: none
  const [finding, setFinding] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const leave = () => {
    discardAll()
    void signOut()
  }
  useEffect(() => {
    document.title = words.common.pageTitle(titleOf(path))
  }, [path])
  useKey('[', () => { if (!hasMenu && !bar.isFixed) bar.toggle() })
  useHotkeys([['mod+K', () => setFinding(true)]], [])

  const content = useRef<HTMLElement>(null)
  useKeptScroll(content, `page ${path}`)

  const followTo = (event: MouseEvent, to: Path) => {
    setMenuOf(undefined)
    if (to === path && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) event.preventDefault()
    else follow(event, to)
  }
  const links = { path, unsaved, isAdmin: viewer.role === 'ADMIN', onFollow: followTo }
  const isMenuOpen = hasMenu && menuOf === path

  return (
    <>
      <a className={styles.skip} href="#content">{text.skipToContent}</a>
      <div className={styles.frame}>
      {!hasMenu && <Navigation {...links} bar={bar} />}
      <div className={styles.main}>
        <section className={styles.header} aria-label={words.common.product}>
          {hasMenu ? (
            <h1 className={styles.title}>
              <button type="button" className={styles.menuButton} aria-expanded={isMenuOpen} aria-controls="menu" onClick={() => setMenuOf(isMenuOpen ? undefined : path)}>
                <img src="/favicon.svg" alt="" width="22" height="22" /><span>{titleOf(pageOf(path))}</span>
                <span className={styles.turned} data-open={isMenuOpen || undefined}><Icon name="chevron" size={12} /></span>
              </button>
            </h1>
          ) : <h1 className={styles.title}>{titleOf(pageOf(path))}</h1>}
          {pageOf(path) === '/' && !isMenuOpen && (
            <nav className={styles.views} aria-label={text.views.label}>
              {views.map((to) => <a key={to} href={to} aria-current={viewOf(path) === to ? 'page' : undefined} onClick={(event) => followTo(event, to)}>{text.views[to]}</a>)}
            </nav>
          )}
          <span className={styles.side}>
            {!hasMenu && (
              <button type="button" className={styles.find} onClick={() => setFinding(true)}>
                <Icon name="search" size={14} /><span>{text.find}</span><kbd aria-hidden="true">{text.findKeys}</kbd>
              </button>
            )}
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
        {isMenuOpen && (
          <nav id="menu" className={navigation.menu} aria-label={text.pages}>
            <button type="button" className={styles.wideFind} onClick={() => { setMenuOf(undefined); setFinding(true) }}><Icon name="search" /> {text.find}</button>
            <Links {...links} isNarrow={false} />
          </nav>
        )}
        <main id="content" ref={content} className={styles.content} tabIndex={-1} aria-label={titleOf(path)} hidden={isMenuOpen}>
          {children}
        </main>
      </div>
      </div>
      <Notifications />
      {undoing && <Later><UndoDialog asked={undoing} /></Later>}
      {finding && <Later><FindDialog isAdmin={viewer.role === 'ADMIN'} onClose={() => setFinding(false)} /></Later>}
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
      <span aria-hidden="true" /><span className={styles.state}>{word}</span>
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
