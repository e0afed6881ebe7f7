import { Store } from '../ui/store'
import type { Preview } from './preview'

/** Changes that someone wants to undo together. */
export interface Wanted {
  /** The newest first. */
  changeIds: readonly string[]
  /** What to say if every edit was reverted; otherwise the numbers are said. */
  done?: string
  /** The changes undid something, so undoing them redoes it. */
  redoes?: boolean
  onUndone?: () => void
}

/** Says something, and offers to undo changes. */
export type Offer = (text: string, wanted: Wanted, kind?: 'done' | 'problem') => void

/** An undo that would leave some edits as they are, so that a person decides first. */
export interface Asked {
  wanted: Wanted
  preview: Preview
  /** The account has changed since an earlier preview was shown. */
  changed: boolean
}

/** The undo that a dialog asks about. */
export const asked = new Store<Asked | null>(null)

/** The subject of every notification that offers to undo a change: only the latest is shown. */
export const changeSubject = 'change'

/** The address of a change in History. */
export const changeSearch = (id: string) => `?change=${id}`
