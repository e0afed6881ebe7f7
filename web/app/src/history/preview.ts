import type { SkippedEdit, UndoPreview } from './documents'

/** What undoing one change would do. */
export interface Part {
  changeId: string
  preview: UndoPreview
}

/** What undoing changes would do, in the order in which they are undone. */
export type Preview = readonly Part[]

/** What a preview says of all its changes together. */
export interface Sum {
  reverts: number
  skippedCount: number
  /** Those that the API names: the first 200 of each change. */
  skipped: readonly SkippedEdit[]
}

export const sumOf = (preview: Preview): Sum => ({
  reverts: preview.reduce((sum, part) => sum + part.preview.reverts, 0),
  skippedCount: preview.reduce((sum, part) => sum + part.preview.skippedCount, 0),
  skipped: preview.flatMap((part) => part.preview.skipped),
})
