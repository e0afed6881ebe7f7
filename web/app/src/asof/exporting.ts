import { csv } from '../ui/csv'
import { asOf } from '../words/asof'
import type { Past } from './documents'
import type { Problem } from './problem'
import type { ReadPage } from './SnapshotList'

const text = asOf.exporting

/** Returns organizations as rows of a table: one for each mapping, or one without. */
export function tableOf(organizations: readonly Past[]): string[][] {
  return organizations.flatMap(({ name, active, mappings }) => {
    const own = [name, text.active(active)]
    if (mappings.length === 0) return [[...own, '', '', '']]
    return mappings.map(({ integrationName, externalName, remoteId }) => [...own, integrationName, externalName, remoteId])
  })
}

/** Reads a whole snapshot and returns it as CSV, or why that failed. Reading stops, with null, once isCurrent returns false. */
export async function exported(readPage: ReadPage, onProgress: (done: number, total: number) => void, isCurrent: () => boolean): Promise<{ csv: string } | { problem: Problem } | null> {
  const parts = [csv([text.columns])]
  let [snapshot, after, done]: [string | null, string | null, number] = [null, null, 0]
  do {
    const { page, problem }: Awaited<ReturnType<ReadPage>> = await readPage(snapshot, after)
    if (!isCurrent()) return null
    if (problem !== null) return { problem }
    parts.push(csv(tableOf(page.rows)))
    done += page.rows.length
    ;[snapshot, after] = [page.snapshot, page.cursor]
    onProgress(done, page.total)
  } while (after !== null)
  return { csv: parts.join('') }
}
