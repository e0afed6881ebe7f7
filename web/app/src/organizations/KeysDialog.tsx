import { Modal } from '@mantine/core'
import { Fragment } from 'react'

import { words } from '../words'
import styles from './Suggestions.module.css'

const text = words.suggestions.keys

/** The keys that the grid understands. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={<strong>{text.title}</strong>}>
      <dl className={styles.keys}>
        {text.all.map(([keys, what]) => (
          <Fragment key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </Modal>
  )
}
