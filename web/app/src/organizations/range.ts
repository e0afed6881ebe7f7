import type { Position } from './keys'

/** A rectangle of cells, including its edges. Column 0 holds the names of the organizations. */
export interface Rectangle {
  top: number
  left: number
  bottom: number
  right: number
}

/** Returns the rectangle between two cells. The header is not part of it. */
export function between(one: Position, other: Position): Rectangle {
  return {
    top: Math.max(0, Math.min(one.row, other.row)), bottom: Math.max(0, one.row, other.row),
    left: Math.min(one.column, other.column), right: Math.max(one.column, other.column),
  }
}

export const sizeOf = ({ top, bottom, left, right }: Rectangle) => ({ rows: bottom - top + 1, columns: right - left + 1 })

/** Returns the first and last selected columns of a row; both are -1 if none is. */
export const columnsIn = (range: Rectangle | null, row: number): [number, number] =>
  range && row >= range.top && row <= range.bottom ? [range.left, range.right] : [-1, -1]

/** Returns the items of the columns in a rectangle; column 0 has none. */
export const itemsIn = <Item>({ left, right }: Rectangle, items: readonly Item[]): Item[] => items.slice(Math.max(0, left - 1), Math.max(0, right))

/** Reads the position that an element of the grid stands for. */
export function positionOf(element: Element | null): Position | null {
  const [row, column] = element?.closest<HTMLElement>('[data-grid-position]')?.dataset.gridPosition?.split(':').map(Number) ?? []
  return row === undefined || column === undefined ? null : { row, column }
}
