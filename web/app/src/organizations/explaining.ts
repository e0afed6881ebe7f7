import { Store } from '../ui/store'

/** The cell whose suggestion is explained. */
export interface Explained {
  organizationId: string
  integrationId: string
}

export const explained = new Store<Explained | null>(null)

const restTime = 400 // milliseconds that the pointer or the focus must rest on a cell
const leaveTime = 250 // milliseconds to get from the cell to the explanation

let timer: ReturnType<typeof setTimeout> | undefined

/** Shows the explanation of a cell, at once or after a rest. */
export function explain(cell: Explained, at: 'once' | 'rest'): void {
  clearTimeout(timer)
  const shown = explained.get()
  if (shown?.organizationId === cell.organizationId && shown.integrationId === cell.integrationId) return
  if (at === 'once') return explained.set(cell)
  timer = setTimeout(() => explained.set(cell), restTime)
}

/** Keeps the explanation open while the pointer or the focus is in it. */
export function keepExplanation(): void {
  clearTimeout(timer)
}

/** Hides the explanation, at once or unless the pointer or the focus arrives in it soon. */
export function hideExplanation(at: 'once' | 'soon'): void {
  clearTimeout(timer)
  if (at === 'once') return explained.set(null)
  timer = setTimeout(() => explained.set(null), leaveTime)
}
