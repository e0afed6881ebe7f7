import { Button, Group, Modal } from '@mantine/core'

import { words } from '../words'
import { byTool } from '../words/byTool'

const text = byTool.similar

interface Props {
  external: string
  organization: string
  onMapThere: () => void
  onCreate: () => void
  onClose: () => void
}

/** Asks whether to map to a similar organization instead of creating one. */
export function SimilarDialog({ external, organization, onMapThere, onCreate, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>}>
      <p>{text.text({ external, organization })}</p>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>{words.common.cancel}</Button>
        <Button variant="default" onClick={onCreate}>{text.createAnyway}</Button>
        <Button variant="default" onClick={onMapThere}>{text.mapThere(organization)}</Button>
      </Group>
    </Modal>
  )
}
