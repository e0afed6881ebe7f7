import { useMediaQuery } from '@mantine/hooks'
import { useEffect } from 'react'

import type { Path } from '../router'
import type { IconName } from './Icon'
import { Store, useStore } from './store'

/** The pages by what people use them for. */
export const groups = [
  { name: 'clients', pages: ['/organizations'] },
  { name: 'mapping', pages: ['/', '/history'] },
  { name: 'tools', pages: ['/integrations', '/sync'] },
] as const satisfies readonly { name: string; pages: readonly Path[] }[]

/** The page at the foot of the navigation. */
export const settings = '/settings'

export type Page = (typeof groups)[number]['pages'][number] | typeof settings

export const icons: Record<Page, IconName> = { '/organizations': 'building', '/': 'table', '/history': 'clock', '/integrations': 'plug', '/sync': 'refresh', '/settings': 'gear' }

/** The views of Setup Organizations. */
export const views = ['/', '/by-tool'] as const satisfies readonly Path[]

/** Returns the view whose tab stands for a path. A look back has none of its own: its tab leads back to today. */
export const viewOf = (path: Path | null): Path | null => (path === '/as-of' ? '/' : path)

/** Returns the page whose link in the navigation stands for a path. */
export function pageOf(path: Path | null): Path | null {
  if (path === '/by-tool') return '/'
  if (path === '/organization' || path === '/import') return '/organizations'
  return viewOf(path)
}

/** Reports whether the navigation is a menu that opens from the title, as on a phone. */
export const useMenu = (): boolean => useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false })

const narrow = '(max-width: 1279px)'

/** Whether the person wants the side bar narrow; null until it is known whose choice it is. */
const chosen = new Store(false)

const keyOf = (person: string) => `orgmap.sidebar.${person}`

function read(key: string): boolean {
  try {
    return localStorage.getItem(key) === 'narrow'
  } catch {
    return false // the browser keeps nothing for this page
  }
}

function write(key: string, isNarrow: boolean): void {
  try {
    localStorage.setItem(key, isNarrow ? 'narrow' : 'wide')
  } catch {
    // It is narrow until the page is loaded again.
  }
}

/** Whether the side bar shows only icons, whether that can be changed, and how. */
export interface SideBar {
  isNarrow: boolean
  isFixed: boolean
  toggle: () => void
}

/** Returns the state of the side bar of a person: narrow by choice, which the browser remembers, and always in a narrow window. */
export function useSideBar(person: string): SideBar {
  const isFixed = useMediaQuery(narrow, undefined, { getInitialValueInEffect: false })
  const isChosen = useStore(chosen)
  const key = keyOf(person)
  useEffect(() => chosen.set(read(key)), [key])
  const toggle = () => {
    write(key, !chosen.get())
    chosen.set(!chosen.get())
  }
  return { isNarrow: isFixed || isChosen, isFixed, toggle }
}

const typing = 'input, textarea, [contenteditable], [role=dialog], [role=menu], [role=grid]'

/** Calls the function that belongs to a typed character, outside text fields, grids, menus and dialogs. */
export function useKey(key: string, run: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof Element && event.target.closest(typing)) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
}
