import { Button, Menu } from '@mantine/core'

import { exporting as text } from '../words/exporting'
import { files, followFile } from './exporting'
import { Icon } from './Icon'

/** Offers the account's organizations and mappings as CSV files. */
export function ExportMenu() {
  return (
    <Menu>
      <Menu.Target><Button variant="default" leftSection={<Icon name="download" size={14} />}>{text.menu}</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={files.organizations} download onClick={(event) => followFile(event, files.organizations)}>{text.organizations}</Menu.Item>
        <Menu.Item component="a" href={files.mappings} download onClick={(event) => followFile(event, files.mappings)}>{text.mappings}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
