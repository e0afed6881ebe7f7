import type { ExclusionReason, LensRow } from './documents'

/** Which candidate of the open row is chosen: its index, none of them, or nothing yet. */
export type Choice = number | 'none' | null

/** What can be done from within a row. Everything applies at once. */
export interface RowActions {
  /** Moves the focus to a row. */
  focus: (id: string) => void
  /** Selects a row or not; together selects all from the row that was selected last. */
  select: (index: number, on: boolean, together: boolean) => void
  /** Opens a row to its candidates, or closes it. */
  open: (row: LensRow, on: boolean) => void
  choose: (row: LensRow, choice: Choice) => void
  /** Carries out the choice among the candidates. */
  decide: (row: LensRow) => void
  accept: (row: LensRow) => void
  /** Shows why an organization is suggested, or hides it. */
  explain: (row: LensRow) => void
  /** Says that it is not the suggested organization. */
  reject: (row: LensRow) => void
  /** Opens the search for an organization to map to; null closes it. */
  search: (row: LensRow | null) => void
  mapTo: (row: LensRow, organization: { id: string; name: string }) => void
  clear: (row: LensRow) => void
  create: (row: LensRow) => void
  exclude: (row: LensRow, reason: ExclusionReason) => void
  /** Asks for a note and an end date. */
  excludeWithDetails: (row: LensRow) => void
  include: (row: LensRow) => void
}
