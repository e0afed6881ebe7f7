import type { Path } from '../router'
import { Store } from './store'

export interface Notification {
  id: number
  kind: 'done' | 'problem'
  text: string
  /** The subject: a newer notification about the same subject replaces this one. */
  about: string
  /** A button in the notification, such as Undo. */
  action?: Action
}

interface Action {
  label: string
  run: () => void
  /** A page that shows more. */
  link?: { label: string; path: Path; search: string }
  /** It is offered until another notification replaces this one or the user dismisses it. */
  kept?: boolean
}

/** The notifications in the corner of the page. */
export const notifications = new Store<readonly Notification[]>([])

const timeShown = { done: 4_000, problem: 12_000, action: 12_000 } // milliseconds
let lastId = 0

/** Shows a notification and announces it to screen readers. It replaces an earlier one about the same subject. */
export function notify(kind: Notification['kind'], text: string, about = text, action?: Action): void {
  const notification = { id: ++lastId, kind, text, about, action }
  notifications.set([...notifications.get().filter((one) => one.text !== text && one.about !== about), notification])
  if (!action?.kept) setTimeout(() => dismiss(notification.id), timeShown[action ? 'action' : kind])
}

export function dismiss(id: number): void {
  dismissWhere((notification) => notification.id === id)
}

/** Removes the notifications that match. */
export function dismissWhere(matches: (notification: Notification) => boolean): void {
  const rest = notifications.get().filter((notification) => !matches(notification))
  if (rest.length < notifications.get().length) notifications.set(rest)
}
