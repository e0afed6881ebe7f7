import { requestUncached } from '../api/client'
import { messageFor } from '../api/problems'
import { retryAfter } from '../api/retry'
import { words } from '../words'
import { type CsvFile, type CsvRow, PlanCsv, type PlanPage } from './documents'

const pageLength = 2_000 // rows: the API's limit, because each page sends the whole file again
const maxAttempts = 3 // to read all pages of one state of the account
const maxWaits = 5 // for a budget that is used up

/** What a file would do, without its rows. */
export type Head = Omit<PlanPage, 'rows' | 'moreRows'>

/** A preview of a file; as far as the file can be read if there are errors. */
export interface Plan {
  head: Head | null
  rows: readonly CsvRow[]
  /** What is wrong with the file or its columns. */
  errors: readonly string[]
}

export type Planned = { plan: Plan; problem: null } | { plan: null; problem: string }

/** Reads a page of a preview. */
export type ReadPage = (file: CsvFile, first: number, afterLine: number | null) => Promise<{ page: PlanPage | null; errors: readonly string[]; problem: null } | { problem: string }>

/** Asks the server. The preview is not kept in the page's cache: it belongs to this file, and is large. */
export const readPage: ReadPage = async (file, first, afterLine) => {
  for (let waits = 0; ; waits++) {
    const { data, error } = await requestUncached(PlanCsv, { file, first, afterLine })
    if (data) return { page: data.planCsv.plan, errors: data.planCsv.userErrors.map(({ message }) => message), problem: null }
    const seconds = retryAfter({ error } as Parameters<typeof retryAfter>[0])
    if (seconds === null || waits >= maxWaits) return { problem: messageFor(error) }
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  }
}

/** Reads the preview of a whole file. onPart gets what has been read so far. Reading stops, with null, once isCurrent returns false. */
export async function plan(file: CsvFile, read: ReadPage, onPart: (part: Plan) => void, isCurrent: () => boolean): Promise<Planned | null> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const rows: CsvRow[] = []
    let hash: string | null = null
    for (;;) {
      const result = await read(file, pageLength, rows.at(-1)?.line ?? null)
      if (!isCurrent()) return null
      if (result.problem !== null) return { plan: null, problem: result.problem }
      const { page, errors } = result
      if (!page || errors.length > 0) return { plan: { head: page, rows: [], errors }, problem: null }
      if (hash !== null && page.hash !== hash) break // the account changed between two pages: read from the start
      hash = page.hash
      rows.push(...page.rows)
      const part = { head: page, rows: [...rows], errors }
      if (!page.moreRows || page.rows.length === 0) return { plan: part, problem: null }
      onPart(part)
    }
  }
  return { plan: null, problem: words.problems.ourFault }
}
