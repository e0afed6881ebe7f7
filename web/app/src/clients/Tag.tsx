import type { ReactNode } from 'react'

import styles from './Clients.module.css'
import type { Group } from './documents'

/** A group as a colored label. children may hold a button that removes it. */
export function Tag({ group, children }: { group: Pick<Group, 'name' | 'color' | 'archived'>; children?: ReactNode }) {
  return <span className={styles.tag} data-color={group.color} data-archived={group.archived || undefined}><span>{group.name}</span>{children}</span>
}
