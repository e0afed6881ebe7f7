/** A page of names. */
interface Page {
  nodes: readonly { name: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export const most = 20_000 // maximum number of names to read

/**
 * Reads the names of a list from the start, each page from where the last one ended, so that they are in one order even if the
 * list changes meanwhile. With every page, tell gets all names so far. Reading stops when it is told to, or when a request fails.
 */
export async function readNames(ask: (after: string | null) => Promise<Page | null>, tell: (names: readonly string[]) => void, goesOn: () => boolean): Promise<void> {
  let names: readonly string[] = []
  for (let after: string | null = null; names.length < most;) {
    const page: Page | null = await ask(after)
    if (!page || !goesOn()) return
    names = [...names, ...page.nodes.map(({ name }) => name)]
    tell(names)
    if (!page.pageInfo.hasNextPage) return
    after = page.pageInfo.endCursor
  }
}
