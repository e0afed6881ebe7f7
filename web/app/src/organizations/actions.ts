import type { GridRow, Integration, Organization, Suggestion } from '../api/documents'
import type { External } from './staged'

/** The actions available from within the grid. */
export interface GridActions {
  /** Opens a cell's drop-down; typed is the letter that opened it. */
  openCell: (row: GridRow, integration: Integration, typed?: string) => void
  setCell: (organization: Organization, integration: Integration, wanted: readonly External[]) => void
  /** Maps a cell to a suggestion, as an unsaved edit. */
  accept: (row: GridRow, suggestion: Suggestion) => void
  /** Maps a row's cells to their suggestions, as one unsaved edit; returns whether there were any. */
  acceptRow: (row: GridRow) => boolean
  /** Opens a preview of accepting all suggestions in an integration. */
  acceptColumn: (integration: Integration) => void
  /** Says that an external organization is not this organization. */
  reject: (row: GridRow, suggestion: Suggestion) => void
  rename: (organization: Organization) => void
  activate: (organization: Organization, active: boolean) => void
  /** Asks whether to delete an organization. */
  remove: (organization: Organization) => void
  refresh: (integrationIds: string[]) => void
  cancel: (runId: string) => void
  review: (integration: Integration) => void
  showUnmapped: (integration: Integration) => void
  showSuggested: (integration: Integration) => void
  importFrom: () => void
}
