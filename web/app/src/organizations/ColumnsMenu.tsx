import { Button, Menu } from '@mantine/core'

import { formatNumber } from '../ui/format'
import { Icon } from '../ui/Icon'
import { useStore } from '../ui/store'
import { words } from '../words'
import type { Column } from './columns'
import styles from './Columns.module.css'
import pageStyles from './SetupPage.module.css'
import { open } from './staged'
import type { Arranging } from './useColumns'
import { staged } from './workspace'

const text = words.columns

/** Lists all columns, with a check mark at those that are shown. */
export function ColumnsMenu({ all, arranging }: { all: readonly Column[]; arranging: Arranging }) {
  const shown = all.filter(({ hidden }) => !hidden).length
  return (
    <Menu width={290} closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="subtle" leftSection={<Icon name="columns" />} disabled={all.length === 0} aria-label={text.button({ shown, total: all.length })}>
          <span className={pageStyles.wide}>{text.title}</span>&nbsp;<span className={styles.count}>{shown === all.length ? formatNumber(shown) : text.shown({ shown, total: all.length })}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {/* Without roles of its own: a menu may hold nothing but its items. */}
        <div className={styles.menuText}>{text.hiddenMeans}</div>
        <Menu.Divider />
        <div className={styles.list}>
          {all.map(({ integration: { id, name }, hidden }) => (
            <Menu.CheckboxItem key={id} checked={!hidden} onChange={(checked) => arranging.set(id, { hidden: !checked })}>{name}</Menu.CheckboxItem>
          ))}
        </div>
        <Menu.Divider />
        <Menu.Item disabled={shown === all.length} onClick={arranging.showAll}>{text.showAll}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

interface HiddenProps {
  all: readonly Column[]
  arranging: Arranging
  /** The integration that the unmapped filter applies to; null: any. */
  filtered: string | null
}

/** Says what concerns a hidden column: the filter, unsaved changes, or that every column is hidden. Shows it at a click. */
export function HiddenColumns({ all, arranging, filtered }: HiddenProps) {
  const edits = useStore(staged)
  const hidden = all.filter((column) => column.hidden)
  if (hidden.length === 0) return null
  const ids = new Set(hidden.map(({ integration }) => integration.id))
  const unsaved = open(edits).filter(({ integrationId }) => ids.has(integrationId))
  const filter = hidden.find(({ integration }) => integration.id === filtered)
  const show = (integrationIds: Iterable<string>) => {
    for (const id of new Set(integrationIds)) arranging.set(id, { hidden: false })
  }
  return (
    <>
      {hidden.length === all.length && <Hint words={text.allHidden} action={text.showAll} onClick={arranging.showAll} />}
      {filter && <Hint words={text.filterHidden(filter.integration.name)} action={text.showColumn} onClick={() => show([filter.integration.id])} />}
      {unsaved.length > 0 && (
        <Hint words={text.unsavedHidden(unsaved.length)} action={text.showColumns} onClick={() => show(unsaved.map(({ integrationId }) => integrationId))} />
      )}
    </>
  )
}

function Hint({ words: said, action, onClick }: { words: string; action: string; onClick: () => void }) {
  return <p className={styles.hint}>{said} <button type="button" onClick={onClick}>{action}</button></p>
}
