import { type RequestResult, request } from '../api/client'
import { RejectSuggestion } from '../api/documents'
import { parts } from '../live/parts'
import type { Movable } from '../organizations/mapping'
import { offerUndo } from '../history/offering'
import { words } from '../words'
import { byTool as text } from '../words/byTool'
import { CreateOrganizationsFrom, type CreateResult, ExcludeExternalOrgs, type ExclusionReason, IncludeExternalOrgs, type LensRow } from './documents'

const mostAtOnce = 1_000 // external organizations in one request: the API's limit

interface Named {
  id: string
  name: string
}

/** Returns an external organization for mapping it. */
export const movable = ({ id, name, integration, mapping }: LensRow): Movable => ({ id, name, integrationId: integration.id, holder: mapping?.organization ?? null })

/** Says that an external organization is none of these organizations, and offers to undo that. Returns whether all were rejected. */
export async function reject(external: Named, organizations: readonly Named[], onUndone: () => void): Promise<boolean> {
  const changeIds: string[] = []
  let problem: string | null = null
  for (const { id } of organizations) {
    const result = await request('mutation', RejectSuggestion, { externalOrgId: external.id, organizationId: id })
    const payload = result.data?.rejectSuggestion
    problem = result.problem ?? payload?.userErrors[0]?.message ?? null
    if (problem !== null || !payload?.change) break
    changeIds.unshift(payload.change.id)
  }
  if (problem !== null || changeIds.length < organizations.length) {
    offerUndo(text.problems.partly({ done: changeIds.length, total: organizations.length, message: problem ?? words.problems.ourFault }), { changeIds, onUndone }, 'problem')
    return false
  }
  offerUndo(text.done.rejected({ external: external.name, organizations: organizations.map(({ name }) => name) }), {
    changeIds, done: text.done.rejectionUndone(external.name), onUndone,
  })
  return true
}

/** Why and until when external organizations are excluded. */
export interface Exclusion {
  reason: ExclusionReason
  note: string | null
  until: string | null
}

type Progress = (done: number) => void

/** Sends IDs in parts that the API takes at once, one after the other. Returns how many were done, and what went wrong after that. */
async function inParts(ids: readonly string[], send: (part: string[]) => Promise<string | null>, onProgress: Progress): Promise<{ done: readonly string[]; problem: string | null }> {
  const done: string[] = []
  for (const part of parts(ids, mostAtOnce)) {
    const problem = await send(part)
    if (problem !== null) return { done, problem }
    done.push(...part)
    onProgress(done.length)
  }
  return { done, problem: null }
}

const wrongIn = <Payload extends { userErrors: readonly { message: string }[] }>({ data, problem }: RequestResult<unknown>, payload: Payload | undefined): string | null =>
  problem ?? payload?.userErrors[0]?.message ?? (data === null ? words.problems.ourFault : null)

const sendExclusions = (exclusion: Exclusion, changeIds: string[]) => async (ids: string[]) => {
  const result = await request('mutation', ExcludeExternalOrgs, { ids, ...exclusion })
  const change = result.data?.excludeExternalOrgs.change
  if (change) changeIds.unshift(change.id)
  return wrongIn(result, result.data?.excludeExternalOrgs)
}

const sendInclusions = (changeIds: string[]) => async (ids: string[]) => {
  const result = await request('mutation', IncludeExternalOrgs, { ids })
  const change = result.data?.includeExternalOrgs.change
  if (change) changeIds.unshift(change.id)
  return wrongIn(result, result.data?.includeExternalOrgs)
}

/** Excludes external organizations, and offers to undo that. what names them. */
export async function exclude(ids: readonly string[], what: string, exclusion: Exclusion, onUndone: () => void, onProgress: Progress = () => undefined): Promise<boolean> {
  const changeIds: string[] = []
  const { done, problem } = await inParts(ids, sendExclusions(exclusion, changeIds), onProgress)
  if (problem !== null) offerUndo(text.problems.partly({ done: done.length, total: ids.length, message: problem }), { changeIds, onUndone }, 'problem')
  else offerUndo(text.done.excluded({ what, reason: text.reasons[exclusion.reason] }), { changeIds, done: text.done.included(what), onUndone })
  return problem === null
}

/** Includes external organizations again, and offers to undo that. */
export async function include(ids: readonly string[], what: string, onUndone: () => void, onProgress: Progress = () => undefined): Promise<boolean> {
  const changeIds: string[] = []
  const { done, problem } = await inParts(ids, sendInclusions(changeIds), onProgress)
  if (problem !== null) offerUndo(text.problems.partly({ done: done.length, total: ids.length, message: problem }), { changeIds, onUndone }, 'problem')
  else offerUndo(text.done.included(what), { changeIds, onUndone })
  return problem === null
}

/** What creating organizations would do or has done. */
export interface Created {
  results: readonly CreateResult[]
  remaining: number | null
  problem: string | null
  /** The changes that this made, the newest first. */
  changeIds: readonly string[]
}

/** Creates organizations from external organizations, or returns what that would do. What was done before a problem stays. */
export async function createFrom(ids: readonly string[], despiteSimilar: ReadonlySet<string>, dryRun: boolean, onProgress: Progress = () => undefined): Promise<Created> {
  const results: CreateResult[] = []
  const changeIds: string[] = []
  let remaining: number | null = null
  const { problem } = await inParts(ids, async (part) => {
    const result = await request('mutation', CreateOrganizationsFrom, { ids: part, despiteSimilar: part.filter((id) => despiteSimilar.has(id)), dryRun })
    const payload = result.data?.createOrganizationsFrom
    if (payload) {
      results.push(...payload.results)
      remaining = payload.quota.remaining
      if (payload.change) changeIds.unshift(payload.change.id)
    }
    return wrongIn(result, payload)
  }, onProgress)
  return { results, remaining, problem, changeIds }
}
