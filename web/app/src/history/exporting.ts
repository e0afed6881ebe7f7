import { request } from '../api/client'
import { history } from '../words/history'
import { headLine, linesOf } from './csv'
import { type Change, type ChangeFilter, ChangesPage, type ExportedEdit, ExportedEdits } from './documents'
import { inGroups } from './standing'

const pageLength = 100 // changes
const fewEdits = 20 // edits of each change in one request; a change with more is read by itself
const mostTogether = 25 // changes in one request, which costs about half of what the API allows
const manyEdits = 200 // edits in one request: the API's limit

/** What became of an export: the file's lines, or an error message; null if it was canceled. */
export type Exported = { lines: string[]; changes: number } | string | null

/** Reads everything that a filter matches, as the lines of a CSV file. onProgress may cancel by returning false. */
export async function exportChanges(filter: ChangeFilter, onProgress: (done: number, total: number) => boolean): Promise<Exported> {
  const lines = [headLine()]
  let changes = 0
  let total = 0
  let after: string | null = null
  do {
    const { data, problem }: Awaited<ReturnType<typeof readPage>> = await readPage({ first: pageLength, after, filter, counted: after === null })
    if (problem !== null) return problem
    const { nodes, pageInfo, totalCount } = data.changes
    total = totalCount ?? total
    for (const group of inGroups(nodes, mostTogether)) {
      const edits = await editsOf(group)
      if (typeof edits === 'string') return edits
      for (const change of group) lines.push(linesOf(change, edits.get(change.id) ?? []))
      changes += group.length
      if (!onProgress(changes, Math.max(total, changes))) return null
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return { lines, changes }
}

/** Returns the edits of changes by the changes' IDs, or an error message. */
async function editsOf(changes: readonly Change[]): Promise<Map<string, ExportedEdit[]> | string> {
  const found = new Map<string, ExportedEdit[]>()
  const few = changes.filter(({ editCount }) => editCount > 0 && editCount <= fewEdits)
  const many = changes.filter(({ editCount }) => editCount > fewEdits)
  for (const [part, first] of [[few, fewEdits], ...many.map((one) => [[one], manyEdits] as const)] as const) {
    if (part.length === 0) continue
    let after: string | null = null
    do {
      const { data, problem }: Awaited<ReturnType<typeof readEdits>> = await readEdits({ ids: part.map(({ id }) => id), first, after })
      if (problem !== null) return problem
      after = null
      for (const node of data.nodes) {
        if (node?.__typename !== 'Change') return history.undo.gone
        found.set(node.id, [...found.get(node.id) ?? [], ...node.edits.nodes])
        if (node.edits.pageInfo.hasNextPage && part.length === 1) after = node.edits.pageInfo.endCursor
      }
    } while (after !== null)
  }
  return found
}

const readPage = (variables: { first: number; after: string | null; filter: ChangeFilter; counted: boolean }) => request('query', ChangesPage, variables)

const readEdits = (variables: { ids: string[]; first: number; after: string | null }) => request('query', ExportedEdits, variables)

/** The name of the file of an export. */
export const fileOf = (now: Date) => history.exporting.file([now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-'))
