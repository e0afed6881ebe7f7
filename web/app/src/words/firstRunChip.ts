import { outOf } from './plural'

/** The button above the grid that leads back to the steps of the first run; the steps' own words are loaded with them. */
export const firstRunChip = ({ done, total }: { done: number; total: number }) => `Setup: ${outOf(done, total)}`
