import { request } from '../api/client'
import { AcceptSuggestions, PreviewSuggestions, RowsById, SuggestedExternals, type SuggestionPreview } from '../api/documents'
import { offerUndo } from '../history/offering'
import { words } from '../words'
import type { List } from './pages'
import { collect, type Found, rejected } from './suggestions'
import { staged } from './workspace'

const pageLength = 200 // the API's limit

/** Finds the suggestions for the organizations of a list in the integrations. Returns an error message if that fails. */
export async function find(list: List, integrationIds: readonly string[]): Promise<Found | string> {
  const found: Found = { ids: [], capped: false, unsaved: 0 }
  const suggestedIn = [...integrationIds]
  if (list.kind === 'named') {
    for (let from = 0; from < list.ids.length && !found.capped; from += pageLength) {
      const { data, problem } = await request('query', RowsById, { ids: list.ids.slice(from, from + pageLength), suggestedIn })
      if (problem !== null) return problem
      for (const node of data.nodes) if (node?.__typename === 'Organization') collect(found, node, staged.get(), rejected.get())
    }
    return found
  }
  for (let after: string | null = null; !found.capped;) {
    const variables = { first: pageLength, after, search: list.search || null, filter: list.filter, suggestedIn }
    const { data, problem }: Awaited<ReturnType<typeof readPage>> = await readPage(variables)
    if (problem !== null) return problem
    for (const node of data.organizations.nodes) collect(found, node, staged.get(), rejected.get())
    if (!data.organizations.pageInfo.hasNextPage) break
    after = data.organizations.pageInfo.endCursor
  }
  return found
}

const readPage = (variables: { first: number; after: string | null; search: string | null; filter: Extract<List, { kind: 'found' }>['filter']; suggestedIn: string[] }) =>
  request('query', SuggestedExternals, variables)

/** Returns what accepting would do, or an error message. */
export async function preview(ids: readonly string[]): Promise<SuggestionPreview | string> {
  const { data, problem } = await request('mutation', PreviewSuggestions, { ids: [...ids] })
  return problem ?? data.previewSuggestions
}

/** What became of an acceptance: done, an error message, or the suggestions that have changed since the preview, with the reason. */
export type Accepted = { kind: 'done' } | { kind: 'problem'; message: string } | { kind: 'changed'; reasons: Map<string, string> }

/** Accepts suggestions of a preview, all or none, and offers to undo that. */
export async function accept(hash: string, ids: readonly string[]): Promise<Accepted> {
  const { data, problem } = await request('mutation', AcceptSuggestions, { hash, ids: [...ids] })
  if (problem !== null) return { kind: 'problem', message: problem }
  const { change, userErrors } = data.acceptSuggestions
  const reasons = new Map(userErrors.flatMap(({ code, path, message }) => {
    const id = ids[Number(path[2])]
    return code === 'CONFLICT' && path[1] === 'externalOrgIds' && id !== undefined ? [[id, message] as const] : []
  }))
  if (reasons.size > 0) return { kind: 'changed', reasons }
  if (userErrors[0]) return { kind: 'problem', message: userErrors[0].message }
  offerUndo(words.notifications.accepted(ids.length), { changeIds: change ? [change.id] : [], done: words.notifications.acceptanceUndone(ids.length) })
  return { kind: 'done' }
}
