import type { Organization } from '../api/documents'
import type { Past } from './documents'

/** An external organization in a cell. */
export interface Named {
  id: string
  name: string
}

/** An organization of today: null if it was deleted, undefined while that is not known. */
export type Today = Organization | null | undefined

/** What has happened to an organization itself since a moment. */
export interface Since {
  /** Its name today, if that differs. */
  renamed: string | null
  state: 'deactivated' | 'reactivated' | 'deleted' | null
}

/** Returns what has happened to an organization since; null if nothing has, or that is not known yet. */
export function sinceThen(then: Past, today: Today): Since | null {
  if (today === undefined) return null
  if (today === null) return { renamed: null, state: 'deleted' }
  const state = today.active === then.active ? null : today.active ? 'reactivated' : 'deactivated'
  const renamed = today.name === then.name ? null : today.name
  return renamed === null && state === null ? null : { renamed, state }
}

export const pastExternals = (then: Past, integrationId: string): Named[] =>
  then.mappings.filter((one) => one.integrationId === integrationId).map(({ externalOrgId, externalName }) => ({ id: externalOrgId, name: externalName }))

export const currentExternals = (today: Today, integrationId: string): Named[] =>
  (today?.mappings ?? []).filter(({ integration }) => integration.id === integrationId).map(({ externalOrg: { id, name } }) => ({ id, name }))

/** What differs in a cell between a moment and today. */
export interface CellDifference {
  then: readonly Named[]
  now: readonly Named[]
  /** Mapped there then, and not today. */
  left: readonly Named[]
  /** Mapped there today, and not then. */
  entered: readonly Named[]
  /** Mapped there all the time, under another name. */
  renamed: readonly { id: string; before: string; after: string }[]
}

/** Returns what differs in a cell; null if nothing does, or today's content is not known yet. */
export function cellDifference(past: Past, today: Today, integrationId: string): CellDifference | null {
  if (today === undefined) return null
  const then = pastExternals(past, integrationId)
  const now = currentExternals(today, integrationId)
  const before = new Map(then.map(({ id, name }) => [id, name]))
  const after = new Set(now.map(({ id }) => id))
  const left = then.filter(({ id }) => !after.has(id))
  const entered = now.filter(({ id }) => !before.has(id))
  const renamed = now.flatMap(({ id, name }) => {
    const old = before.get(id)
    return old === undefined || old === name ? [] : [{ id, before: old, after: name }]
  })
  return left.length + entered.length + renamed.length === 0 ? null : { then, now, left, entered, renamed }
}

/** A column of the snapshot. */
export interface PastColumn {
  id: string
  name: string
  /** Its integration has been disconnected since. */
  gone: boolean
}

/** Returns the integrations that rows of a snapshot are mapped in, by their IDs, with their names of that time. */
export const integrationsIn = (rows: readonly Past[]): Map<string, string> =>
  new Map(rows.flatMap(({ mappings }) => mappings.map(({ integrationId, integrationName }) => [integrationId, integrationName] as const)))

/** Returns the columns: the integrations of today in their order, then those that only the snapshot has, as far as they are known. */
export function pastColumns(today: readonly { id: string; name: string }[], past: ReadonlyMap<string, string>): PastColumn[] {
  const known = new Set(today.map(({ id }) => id))
  return [
    ...today.map(({ id, name }) => ({ id, name, gone: false })),
    ...[...past].filter(([id]) => !known.has(id)).map(([id, name]) => ({ id, name, gone: true })),
  ]
}
