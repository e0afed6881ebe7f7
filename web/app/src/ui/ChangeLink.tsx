import type { ReactNode } from 'react'

interface Props {
  changeId: string
  label?: string
  className?: string
  children: ReactNode
}

/** A link to a change in History. */
export function ChangeLink({ changeId, label, className, children }: Props) {
  return <a href={`/history?${new URLSearchParams({ change: changeId })}`} aria-label={label} className={className}>{children}</a>
}
