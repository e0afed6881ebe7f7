import { Button } from '@mantine/core'

import { exporting as text } from '../words/exporting'
import { files, followFile } from './exporting'
import { Icon } from './Icon'

/** Offers everything that an integration lists as a CSV file. */
export function ExportLink({ integration: { id, name } }: { integration: { id: string; name: string } }) {
  const address = files.externalOrgs(id)
  return (
    <Button component="a" href={address} download variant="default" leftSection={<Icon name="download" size={14} />} aria-label={text.externalOrgsOf(name)}
      onClick={(event) => followFile(event, address)}>{text.externalOrgs}</Button>
  )
}
