import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react'

import { connection } from '../api/client'
import type { Viewer } from '../api/documents'
import { open } from '../organizations/staged'
import { staged } from '../organizations/workspace'
import { go, type Path, path as shown, titleOf } from '../router'
import { signOut } from '../session/session'
import { Icon } from './Icon'
import { Notices } from './Notices'
import { useKeptScroll } from './scrolling'
import styles from './Shell.module.css'
import { useStore } from './store'

const paths: readonly Path[] = ['/', '/sync', '/integrations']

/** The frame of every page: navigation, connection status, and the signed-in user. */
export function Shell({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const path = useStore(shown)
  const unsaved = useStore(staged, (all) => open(all).length)
  useEffect(() => {
    document.title = `${titleOf(path)} – Orgmap`
  }, [path])

  const content = useRef<HTMLElement>(null)
  useKeptScroll(content, `page ${path}`)

  const follow = (event: MouseEvent, to: Path) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    if (to !== path) go(to)
  }

  return (
    <>
      <a className={styles.skip} href="#content">Skip to content</a>
      <section className={styles.header} aria-label="Orgmap">
        <span className={styles.brand}><img src="/favicon.svg" alt="" width="22" height="22" />Orgmap</span>
        <nav className={styles.nav} aria-label="Pages">
          {paths.map((to) => (
            <a key={to} href={to} aria-current={path === to ? 'page' : undefined} onClick={(event) => follow(event, to)}>
              {titleOf(to)}
              {to === '/' && unsaved > 0 && path !== '/' && <span className={styles.unsaved}>{unsaved} unsaved</span>}
            </a>
          ))}
          {viewer.role === 'ADMIN' && <a href="/explorer">Explorer</a>}
        </nav>
        <span className={styles.side}>
          <Connection />
          <SchemeButton />
          <Menu position="bottom-end" width={230}>
            <Menu.Target>
              <button type="button" className={styles.person} aria-label={`${viewer.account.name}: signed in as ${viewer.name}`}>
                <Icon name="person" /><span>{viewer.account.name}</span><Icon name="chevron" size={12} />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{viewer.name}, {viewer.role.toLowerCase()} of {viewer.account.name}</Menu.Label>
              <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </section>
      <main id="content" ref={content} className={styles.content} tabIndex={-1}>
        <h1 className={path === null ? styles.notFoundTitle : styles.hidden}>{titleOf(path)}</h1>
        {children}
      </main>
      <Notices />
    </>
  )
}

const connectionWords = {
  connecting: ['Connecting', 'Other people’s changes will appear once you’re connected'],
  live: ['Live', 'Other people’s changes appear automatically'],
  lost: ['Reconnecting', 'Can’t reach Orgmap right now. You’ll catch up automatically.'],
  offline: ['Offline', 'Your browser is offline. Your changes are kept here until you can save them.'],
} as const

function Connection() {
  const state = useStore(connection)
  const [word, explanation] = connectionWords[state]
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
  const label = other === 'dark' ? 'Dark mode' : 'Light mode'
  return (
    <ActionIcon variant="subtle" color="gray" size={30} aria-label={label} title={label} onClick={() => setColorScheme(other)}>
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </ActionIcon>
  )
}
