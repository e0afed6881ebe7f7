/** A page of names. */
interface Page {
  nodes: readonly { name: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export const most = 20_000 // names that are read at all

/**
 * Reads the names of a list from its beginning, each page where the last one ended, so that they are in one order however the
 * list moves meanwhile. tell gets all that are known with every page. It stops where it is told to, or gets no answer.
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
