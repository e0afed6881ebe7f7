import { Modal } from '@mantine/core'
import { useState } from 'react'

import { history } from '../words/history'
import styles from './History.module.css'
import { asked, type Asked } from './asking'
import { offerUndo } from './offering'
import { sumOf } from './preview'
import { carryOut } from './undoing'
import { UndoPanel } from './UndoPanel'

/** Asks whether to undo changes although some edits would be left as they are. */
export function UndoDialog({ asked: { wanted, preview, changed } }: { asked: Asked }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const close = () => asked.set(null)
  const redoes = wanted.redoes ?? false
  const undo = async () => {
    setBusy(true)
    setProblem(null)
    const outcome = await carryOut(wanted, preview, offerUndo)
    setBusy(false)
    if (outcome.kind === 'done') close()
    else if (outcome.kind === 'changed') asked.set({ wanted, preview: outcome.preview, changed: true })
    else setProblem(outcome.message)
  }
  return (
    <Modal opened onClose={close} title={<strong>{history.undo.dialog(redoes)}</strong>} size={560}>
      <div className={styles.dialog}>
        <UndoPanel sum={sumOf(preview)} redoes={redoes} changed={changed} problem={problem} busy={busy} editable onUndo={() => void undo()} onCancel={close} onFollow={close} />
      </div>
    </Modal>
  )
}
