import { useState } from 'react'

import type { Viewer } from '../api/documents'
import { useAddress } from '../ui/address'
import { settings as text } from '../words/settings'
import { AccountTab } from './AccountTab'
import { PeopleTab } from './PeopleTab'
import styles from './Settings.module.css'
import { TokensTab } from './TokensTab'
import { address, tabs, toAddress } from './view'

/** Who may do what in the account, and the account itself. */
export function SettingsPage({ viewer }: { viewer: Viewer }) {
  const [typed, setTyped] = useState(() => address.read(location.search).search)
  const [view, change] = useAddress(address, ({ search }) => setTyped(search))
  const isAdmin = viewer.role === 'ADMIN'
  return (
    <div className={styles.page}>
      <nav className={styles.tabs} aria-label={text.tabsLabel}>
        {tabs.map((tab) => (
          <a key={tab} href={address.path + toAddress({ tab, search: '' })} aria-current={view.tab === tab ? 'page' : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
              event.preventDefault()
              if (tab === view.tab) return
              setTyped('')
              change({ tab, search: '' })
            }}>
            {text.tabs[tab]}
          </a>
        ))}
      </nav>
      {view.tab === 'people' && <PeopleTab isAdmin={isAdmin} typed={typed} onType={(next) => { setTyped(next); change({ search: next.trim() }) }} />}
      {view.tab === 'tokens' && <TokensTab isAdmin={isAdmin} />}
      {view.tab === 'account' && <AccountTab isAdmin={isAdmin} />}
    </div>
  )
}
