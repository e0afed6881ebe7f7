/** The position of the focus in the grid: row -1 is the header, column 0 the names. */
export interface Place {
  row: number
  column: number
}

interface Key {
  key: string
  ctrlKey: boolean
  metaKey: boolean
}

interface Size {
  rows: number
  columns: number
  /** The number of rows that fit on the screen. */
  page: number
}

/** Returns the position that a key leads to, or null if it leads nowhere. */
export function move(place: Place, { key, ctrlKey, metaKey }: Key, { rows, columns, page }: Size): Place | null {
  const far = ctrlKey || metaKey
  const last = { row: rows - 1, column: columns - 1 }
  switch (key) {
    case 'ArrowUp':
      return within({ ...place, row: far ? 0 : place.row - 1 }, last)
    case 'ArrowDown':
      return within({ ...place, row: far ? last.row : place.row + 1 }, last)
    case 'ArrowLeft':
      return within({ ...place, column: far ? 0 : place.column - 1 }, last)
    case 'ArrowRight':
      return within({ ...place, column: far ? last.column : place.column + 1 }, last)
    case 'PageUp':
      return within({ ...place, row: Math.max(0, place.row - page) }, last)
    case 'PageDown':
      return within({ ...place, row: place.row + page }, last)
    case 'Home':
      return within({ row: far ? 0 : place.row, column: 0 }, last)
    case 'End':
      return within({ row: far ? last.row : place.row, column: last.column }, last)
    default:
      return null
  }
}

function within({ row, column }: Place, last: Place): Place {
  return { row: Math.max(-1, Math.min(last.row, row)), column: Math.max(0, Math.min(last.column, column)) }
}
