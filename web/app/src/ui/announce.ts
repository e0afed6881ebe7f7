import { Store } from './store'

export interface Notice {
  id: number
  kind: 'done' | 'problem'
  text: string
}

/** What the corner of the page tells. */
export const notices = new Store<readonly Notice[]>([])

const shown = { done: 4_000, problem: 12_000 } // milliseconds
let last = 0

/** Tells people something, also those who only hear the page. */
export function tell(kind: Notice['kind'], text: string): void {
  const notice = { id: ++last, kind, text }
  notices.set([...notices.get().filter((one) => one.text !== text), notice])
  setTimeout(() => dismiss(notice.id), shown[kind])
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((one) => one.id !== id))
}
