/** The position of the focus in the grid: row -1 is the header, column 0 the names. */
export interface Position {
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
export function move(position: Position, { key, ctrlKey, metaKey }: Key, { rows, columns, page }: Size): Position | null {
  const far = ctrlKey || metaKey
  const last = { row: rows - 1, column: columns - 1 }
  switch (key) {
    case 'ArrowUp':
      return within({ ...position, row: far ? 0 : position.row - 1 }, last)
    case 'ArrowDown':
      return within({ ...position, row: far ? last.row : position.row + 1 }, last)
    case 'ArrowLeft':
      return within({ ...position, column: far ? 0 : position.column - 1 }, last)
    case 'ArrowRight':
      return within({ ...position, column: far ? last.column : position.column + 1 }, last)
    case 'PageUp':
      return within({ ...position, row: Math.max(0, position.row - page) }, last)
    case 'PageDown':
      return within({ ...position, row: position.row + page }, last)
    case 'Home':
      return within({ row: far ? 0 : position.row, column: 0 }, last)
    case 'End':
      return within({ row: far ? last.row : position.row, column: last.column }, last)
    default:
      return null
  }
}

/** Returns the position that is nearest to one, within the grid. */
export function within({ row, column }: Position, last: Position): Position {
  return { row: Math.max(-1, Math.min(last.row, row)), column: Math.max(0, Math.min(last.column, column)) }
}

/** Reports whether a key types a letter or a digit. */
export const isLetter = (key: string) => /^[\p{L}\p{N}]$/u.test(key)
