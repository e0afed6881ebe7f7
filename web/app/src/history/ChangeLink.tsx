import type { ReactNode } from 'react'

import { follow } from '../router'
import { changeSearch } from './asking'

interface Props {
  id: string
  className: string | undefined
  /** What the link says to those who hear it without its surroundings. */
  label: string
  children: ReactNode
  onFollow?: (() => void) | undefined
}

/** A link to a change in History. */
export function ChangeLink({ id, className, label, children, onFollow }: Props) {
  const search = changeSearch(id)
  return (
    <a className={className} href={`/history${search}`} aria-label={label}
      onClick={(event) => {
        follow(event, '/history', search)
        onFollow?.()
      }}>
      {children}
    </a>
  )
}
