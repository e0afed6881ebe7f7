import { Tooltip } from '@mantine/core'
import type { MouseEvent, ReactNode } from 'react'
import { useQuery } from 'urql'

import { IntegrationsQuery } from '../api/documents'
import { type Path, titleOf } from '../router'
import { words } from '../words'
import { Icon, type IconName } from './Icon'
import { groups, icons, type Page, pageOf, settings, type SideBar } from './navigation'
import styles from './Navigation.module.css'
import { integrationStatus } from './status'

const text = words.shell

interface Props {
  path: Path | null
  /** Whether only icons are shown, with their words in tooltips. */
  isNarrow: boolean
  /** Unsaved edits of the grid. */
  unsaved: number
  isAdmin: boolean
  onFollow: (event: MouseEvent, to: Path) => void
}

/** The links to all pages, with what waits for somebody there. */
export function Links({ path, isNarrow, unsaved, isAdmin, onFollow }: Props) {
  const badges = useBadges(unsaved, path)
  const link = (to: Page) => {
    const badge = badges[to]
    return (
      <Labeled key={to} isNarrow={isNarrow} label={badge ? `${titleOf(to)}${words.common.separator}${badge.sentence}` : titleOf(to)}>
        <a href={to} aria-current={pageOf(path) === to ? 'page' : undefined} onClick={(event) => onFollow(event, to)}>
          <Icon name={icons[to]} />
          <span className={styles.word}>{titleOf(to)}</span>
          {badge && <span className={styles.badge} data-kind={badge.kind}><span aria-hidden="true">{badge.count}</span><span className={styles.hidden}>{badge.sentence}</span></span>}
        </a>
      </Labeled>
    )
  }
  return (
    <>
      {groups.map(({ name, pages }) => (
        <div key={name} role="group" aria-label={text.groups[name]} className={styles.group}>
          <span className={styles.heading} aria-hidden="true">{text.groups[name]}</span>
          {pages.map(link)}
        </div>
      ))}
      <div className={styles.foot}>
        {link(settings)}
        {isAdmin && <Other href="/explorer" icon="code" isNarrow={isNarrow}>{text.explorer}</Other>}
      </div>
    </>
  )
}

function Other({ href, icon, isNarrow, children }: { href: string; icon: IconName; isNarrow: boolean; children: string }) {
  return (
    <Labeled isNarrow={isNarrow} label={children}>
      <a href={href}><Icon name={icon} /><span className={styles.word}>{children}</span></a>
    </Labeled>
  )
}

/** The tooltip is a part of the navigation, so that assistive technology finds it in a landmark. */
function Labeled({ isNarrow, label, children }: { isNarrow: boolean; label: string; children: ReactNode }) {
  return <Tooltip label={label} position="right" disabled={!isNarrow} openDelay={100} withinPortal={false} floatingStrategy="fixed">{children}</Tooltip>
}

interface Badge {
  kind: 'waiting' | 'broken' | 'unsaved'
  count: string
  sentence: string
}

function useBadges(unsaved: number, path: Path | null): Partial<Record<Page, Badge>> {
  const [{ data }] = useQuery({ query: IntegrationsQuery })
  const badges: Partial<Record<Page, Badge>> = {}
  const integrations = data?.integrations ?? []
  const suggested = integrations.reduce((sum, { organizationCounts }) => sum + organizationCounts.suggested, 0)
  const broken = integrations.filter((one) => integrationStatus(one).tone === 'bad').length
  if (suggested > 0) badges['/'] = { kind: 'waiting', count: text.count(suggested), sentence: text.suggestionsWaiting(suggested) }
  if (unsaved > 0 && pageOf(path) !== '/') badges['/'] = { kind: 'unsaved', count: text.unsaved(unsaved), sentence: text.unsavedChanges(unsaved) }
  if (broken > 0) badges['/sync'] = { kind: 'broken', count: text.count(broken), sentence: text.broken(broken) }
  return badges
}

/** The side bar with the links to all pages. */
export function Navigation({ bar, ...props }: Omit<Props, 'isNarrow'> & { bar: SideBar }) {
  const word = bar.isNarrow ? text.expand : text.collapse
  return (
    <nav className={styles.side} aria-label={text.pages} data-narrow={bar.isNarrow || undefined}>
      <span className={styles.brand}><img src="/favicon.svg" alt="" width="22" height="22" /><span className={styles.word}>{words.common.product}</span></span>
      <Links {...props} isNarrow={bar.isNarrow} />
      {!bar.isFixed && (
        <Labeled isNarrow={bar.isNarrow} label={word}>
          <button type="button" className={styles.collapse} aria-expanded={!bar.isNarrow} onClick={bar.toggle}>
            <Icon name={bar.isNarrow ? 'right' : 'left'} /><span className={styles.word}>{word}</span><kbd className={styles.word} aria-hidden="true">[</kbd>
          </button>
        </Labeled>
      )}
    </nav>
  )
}
