import type { GridRow, Integration } from '../api/documents'
import { Store } from '../ui/store'
import { type Field, fieldOf } from './fields'
import { itemsIn, type Rectangle } from './range'
import type { Staged } from './staged'
import { contentOf } from './workspace'

/** What was last copied in this tab. If the clipboard still has its text, pasting uses its IDs. */
export interface Clip {
  text: string
  fields: readonly (readonly Field[])[]
  cut: boolean
}

export const clip = new Store<Clip | null>(null)

/** Returns the contents of cells for the clipboard. */
export function copied(rows: readonly GridRow[], range: Rectangle, integrations: readonly Integration[], all: Staged): Field[][] {
  return rows.map((row) => {
    const fields = itemsIn(range, integrations).map(({ id }): Field => {
      const externals = contentOf(all, row, id)
      return {
        text: fieldOf(externals.map(({ name }) => name)),
        copied: { organizationId: row.id, organizationName: row.name, integrationId: id, externals },
      }
    })
    return range.left === 0 ? [{ text: fieldOf([row.name]) }, ...fields] : fields
  })
}
