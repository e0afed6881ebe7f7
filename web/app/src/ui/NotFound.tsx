import { Button } from '@mantine/core'

import { go } from '../router'
import styles from './Shell.module.css'

/** Shown at an address without a page. */
export function NotFound() {
  return (
    <div className={styles.notFound}>
      <p>There’s no page at this address. The link may be mistyped or out of date.</p>
      <Button size="sm" onClick={() => go('/')}>Go to Setup Organizations</Button>
    </div>
  )
}
