import { Button } from '@mantine/core'

import { go } from '../router'
import { words } from '../words'
import styles from './Shell.module.css'

/** Shown at an address without a page. */
export function NotFound() {
  return (
    <div className={styles.notFound}>
      <p>{words.shell.notFound}</p>
      <Button size="sm" onClick={() => go('/')}>{words.shell.goToSetup}</Button>
    </div>
  )
}
