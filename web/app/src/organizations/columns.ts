import type { Integration } from '../api/documents'

/** What a person has chosen for one column. */
export interface Choice {
  /** The ID of the integration. */
  id: string
  /** In pixels; null: the default. */
  width: number | null
  hidden: boolean
  pinned: boolean
}

/** A column of the grid. */
export type Column = Omit<Choice, 'id'> & { integration: Integration }

/** The widths that the menu offers, in pixels. Medium is the default: then a few columns share a wide window. */
export const widths = { small: 160, medium: 228, large: 320 } as const

const minWidth = widths.small
const maxWidth = 640
const maxRemembered = 200 // columns, including those of integrations that are gone
const version = 1 // of the stored form

/** Returns the nearest width that a column may have. */
export const allowedWidth = (width: number) => Math.round(Math.max(minWidth, Math.min(maxWidth, width)))

/** Returns all columns in their order: the pinned ones first, and at the end integrations for which nothing was chosen. */
export function arranged(integrations: readonly Integration[], choices: readonly Choice[]): Column[] {
  const byId = new Map(integrations.map((integration) => [integration.id, integration]))
  const columns = complete(choices, integrations.map(({ id }) => id)).flatMap(({ id, ...choice }) => {
    const integration = byId.get(id)
    return integration ? [{ ...choice, integration }] : []
  })
  return [...columns.filter(({ pinned }) => pinned), ...columns.filter(({ pinned }) => !pinned)]
}

/** Returns a choice for every integration. Those of integrations that are gone keep their place, unless there are too many. */
export function complete(choices: readonly Choice[], ids: readonly string[]): Choice[] {
  const known = new Set(choices.map(({ id }) => id))
  const all = [...choices, ...ids.filter((id) => !known.has(id)).map((id) => ({ id, width: null, hidden: false, pinned: false }))]
  if (all.length <= maxRemembered) return all
  const present = new Set(ids)
  return all.filter(({ id }) => present.has(id))
}

/** Returns the choices with a part of one column's replaced. */
export const changed = (choices: readonly Choice[], id: string, part: Partial<Choice>): Choice[] =>
  choices.map((choice) => (choice.id === id ? { ...choice, ...part } : choice))

/** Returns the choices with one column before another one, or last if before is null. */
export function moved(choices: readonly Choice[], id: string, before: string | null): Choice[] {
  const one = choices.find((choice) => choice.id === id)
  if (!one || before === id) return [...choices]
  const others = choices.filter((choice) => choice !== one)
  const at = others.findIndex((choice) => choice.id === before)
  return at < 0 ? [...others, one] : [...others.slice(0, at), one, ...others.slice(at)]
}

/**
 * Returns where a column goes if it is moved by one to the left (-1) or right (1) among the visible columns: the ID of the column
 * that it stands before then. Null means last; undefined means that it cannot move, because pinned columns stay before the others.
 */
export function stepTarget(visible: readonly Column[], id: string, step: -1 | 1): string | null | undefined {
  const at = visible.findIndex(({ integration }) => integration.id === id)
  const neighbor = visible[at + step]
  if (at < 0 || !neighbor || neighbor.pinned !== visible[at]!.pinned) return undefined
  return step < 0 ? neighbor.integration.id : visible[at + 2]?.integration.id ?? null
}

/** Returns the stored form of choices. */
export const stored = (choices: readonly Choice[]): string => JSON.stringify({ version, columns: choices })

/** Returns the choices in a stored form: none if it is missing, of another version, or damaged. */
export function restored(text: string | null): Choice[] {
  if (text === null) return []
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  const { version: found, columns } = (value ?? {}) as { version?: unknown; columns?: unknown }
  if (found !== version || !Array.isArray(columns)) return []
  const choices = new Map<string, Choice>()
  for (const one of columns.slice(0, maxRemembered)) {
    const { id, width, hidden, pinned } = (one ?? {}) as Record<string, unknown>
    if (typeof id !== 'string' || choices.has(id)) continue
    choices.set(id, { id, width: typeof width === 'number' ? allowedWidth(width) : null, hidden: hidden === true, pinned: pinned === true })
  }
  return [...choices.values()]
}
