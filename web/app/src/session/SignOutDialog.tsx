import { Button, Group, Modal } from '@mantine/core'

import { words } from '../words'

const text = words.session.leaving

interface Props {
  unsaved: number
  onLeave: () => void
  onClose: () => void
}

/** Asks before signing out deletes unsaved changes: nothing that was typed during a session stays in a browser that others use. */
export function SignOutDialog({ unsaved, onLeave, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>}>
      <p>{text.deletes(unsaved)}</p>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={onClose}>{words.common.cancel}</Button>
        <Button color="red" onClick={onLeave}>{text.leave}</Button>
      </Group>
    </Modal>
  )
}
