import { Store } from './store'

export interface Notice {
  id: number
  kind: 'done' | 'problem'
  text: string
  /** What the notice is about: a newer one about the same thing replaces it. */
  about: string
}

/** The notices in the corner of the page. */
export const notices = new Store<readonly Notice[]>([])

const shown = { done: 4_000, problem: 12_000 } // milliseconds
let last = 0

/** Shows people a notice, and reads it to those who only hear the page. It replaces what was said about the same thing. */
export function tell(kind: Notice['kind'], text: string, about = text): void {
  const notice = { id: ++last, kind, text, about }
  notices.set([...notices.get().filter((one) => one.text !== text && one.about !== about), notice])
  setTimeout(() => dismiss(notice.id), shown[kind])
}

export function dismiss(id: number): void {
  settle((notice) => notice.id === id)
}

/** Removes the notices that no longer say the truth. */
export function settle(over: (notice: Notice) => boolean): void {
  const rest = notices.get().filter((notice) => !over(notice))
  if (rest.length < notices.get().length) notices.set(rest)
}
