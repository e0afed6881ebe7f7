import { requestUncached } from '../api/client'
import { SnapshotPage } from './documents'
import { problemOf } from './problem'
import type { ReadPage } from './SnapshotList'

const pageLength = 100 // rows

/** Returns a function that reads the pages of the snapshot of a moment. search limits them to names of that time. */
export const pagesOf = (at: string, search: string): ReadPage => async (snapshot, after) => {
  const moment = snapshot === null ? { at: new Date(at).toISOString() } : { cursor: snapshot }
  const { data, error } = await requestUncached(SnapshotPage, { ...moment, first: pageLength, after, search: search || null })
  if (error) return { page: null, problem: problemOf(error) }
  const { cursor, organizations: { nodes, totalCount, pageInfo } } = data.snapshot
  return { page: { snapshot: cursor, rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }, problem: null }
}
