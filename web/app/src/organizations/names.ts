/** A page of names. */
interface Page {
  nodes: readonly { name: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export const maxNames = 20_000 // read at most

/**
 * Reads the names of a list from the start, each page from where the last one ended, so that they are in one order even if the
 * list changes meanwhile. After every page, onNames gets all names so far. Reading stops when isCurrent returns false or a page is null.
 */
export async function readNames(readPage: (after: string | null) => Promise<Page | null>, onNames: (names: readonly string[]) => void, isCurrent: () => boolean): Promise<void> {
  let names: readonly string[] = []
  for (let after: string | null = null; names.length < maxNames;) {
    const page: Page | null = await readPage(after)
    if (!page || !isCurrent()) return
    names = [...names, ...page.nodes.map(({ name }) => name)]
    onNames(names)
    if (!page.pageInfo.hasNextPage) return
    after = page.pageInfo.endCursor
  }
}
