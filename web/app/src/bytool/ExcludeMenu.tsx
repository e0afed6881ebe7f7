import { Button, Menu } from '@mantine/core'

import { Icon } from '../ui/Icon'
import { byTool } from '../words/byTool'
import styles from './ByTool.module.css'
import type { ExclusionReason } from './documents'
import { reasonsFor } from './rows'

const text = byTool.excluding

interface Props {
  /** What is excluded, for the menu's heading. */
  what: string
  /** The button's name for screen readers. It begins with the button's text. */
  label?: string
  proposed: ExclusionReason | null
  tabIndex?: number
  disabled?: boolean
  onExclude: (reason: ExclusionReason) => void
  onDetails: () => void
}

/** A button with a menu of the reasons to exclude something, the proposed one first. */
export function ExcludeMenu({ what, label, proposed, tabIndex, disabled, onExclude, onDetails }: Props) {
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <Button variant="default" size="compact-sm" tabIndex={tabIndex} disabled={disabled} aria-label={label} rightSection={<Icon name="chevron" size={12} />}>{byTool.actions.exclude}</Button>
      </Menu.Target>
      <Menu.Dropdown className={styles.reasons}>
        <Menu.Label>{text.as(what)}</Menu.Label>
        {reasonsFor(proposed).map((reason) => (
          <Menu.Item key={reason} onClick={() => onExclude(reason)}
            rightSection={reason === proposed ? <span className={styles.soft}>{text.proposed}</span> : undefined}>
            {byTool.reasons[reason]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="clock" />} onClick={onDetails}>{text.details}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
