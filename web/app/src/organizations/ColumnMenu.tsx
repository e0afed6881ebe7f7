import { Menu } from '@mantine/core'

import { Icon } from '../ui/Icon'
import { words } from '../words'
import { type Column, widths } from './columns'
import styles from './Columns.module.css'
import type { Arranging } from './useColumns'

const text = words.columns

interface Props {
  column: Column
  /** Before which column it moves to the left or right; undefined if it cannot. */
  left: string | null | undefined
  right: string | null | undefined
  arranging: Arranging
  onFit: (id: string) => void
}

/** The part of a column's menu that arranges it: its place, its width, whether it is pinned or hidden. */
export function ColumnMenu({ column: { integration: { id }, width, pinned }, left, right, arranging, onFit }: Props) {
  const step = (before: string | null | undefined) => before !== undefined && arranging.move(id, before)
  const sizes = [
    ['small', width === widths.small, () => arranging.set(id, { width: widths.small })],
    ['medium', width === null, () => arranging.set(id, { width: null })],
    ['large', width === widths.large, () => arranging.set(id, { width: widths.large })],
    ['fit', false, () => onFit(id)],
  ] as const
  return (
    <>
      <Menu.Item leftSection={<Icon name="pin" />} onClick={() => arranging.set(id, { pinned: !pinned })}>{pinned ? text.unpin : text.pin}</Menu.Item>
      <Menu.Item leftSection={<Icon name="left" />} rightSection={<kbd>{text.leftKeys}</kbd>} disabled={left === undefined} onClick={() => step(left)}>{text.moveLeft}</Menu.Item>
      <Menu.Item leftSection={<Icon name="right" />} rightSection={<kbd>{text.rightKeys}</kbd>} disabled={right === undefined} onClick={() => step(right)}>{text.moveRight}</Menu.Item>
      <div className={styles.widths}>
        <Icon name="columns" /><span aria-hidden="true">{text.width}</span>
        {sizes.map(([size, checked, onChange]) => (
          <Menu.RadioItem key={size} value={size} checked={checked} closeMenuOnClick aria-label={text.widths[size].name} className={styles.width}
            classNames={{ itemIndicator: styles.noIndicator }} onChange={onChange}>
            {text.widths[size].sign}
          </Menu.RadioItem>
        ))}
      </div>
      <Menu.Item leftSection={<Icon name="hide" />} onClick={() => arranging.set(id, { hidden: true })}>{text.hide}</Menu.Item>
    </>
  )
}
