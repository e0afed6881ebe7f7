import { Store } from './store'

export interface Notice {
  id: number
  kind: 'done' | 'problem'
  text: string
  /** The subject of the notice: a newer notice about the same subject replaces it. */
  about: string
}

/** The notices in the corner of the page. */
export const notices = new Store<readonly Notice[]>([])

const shown = { done: 4_000, problem: 12_000 } // milliseconds
let last = 0

/** Shows a notice and announces it to screen readers. It replaces an earlier notice about the same subject. */
export function tell(kind: Notice['kind'], text: string, about = text): void {
  const notice = { id: ++last, kind, text, about }
  notices.set([...notices.get().filter((one) => one.text !== text && one.about !== about), notice])
  setTimeout(() => dismiss(notice.id), shown[kind])
}

export function dismiss(id: number): void {
  settle((notice) => notice.id === id)
}

/** Removes the notices that are no longer true. */
export function settle(over: (notice: Notice) => boolean): void {
  const rest = notices.get().filter((notice) => !over(notice))
  if (rest.length < notices.get().length) notices.set(rest)
}
