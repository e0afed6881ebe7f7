import { words } from '../words'

const text = words.organizations.grid

/** Says which row has the focus. */
export const positionText = (row: number, total: number | null) =>
  total === null ? words.common.loading : total === 0 ? text.noRows : row < 0 ? text.rows(total) : text.row({ row: row + 1, total })
