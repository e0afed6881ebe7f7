import { request } from '../api/client'
import { RunChanges } from '../api/documents'
import type { ResultOf } from '../api/graphql'

type Run = Extract<NonNullable<ResultOf<typeof RunChanges>['node']>, { __typename: 'RefreshRun' }>

/** What a run changed by name, or would change if its list is accepted. */
export type Changes = NonNullable<Run['changes']>
export type ChangeKind = Changes['first'][number]['kind']

/** The kinds of change, with the number of each in a run. */
export const countsOf = ({ removed, renamed, returned, added }: Changes): [ChangeKind, number][] =>
  [['REMOVED', removed], ['RENAMED', renamed], ['RETURNED', returned], ['ADDED', added]]

/** Reads what a run changed by name; null if nothing, or if it is no longer kept. A text is an error message. */
export async function readChanges(runId: string): Promise<Changes | null | string> {
  const { data, problem } = await request('query', RunChanges, { runId })
  if (problem !== null) return problem
  return data.node?.__typename === 'RefreshRun' ? data.node.changes : null
}
