import { HoverCard } from '@mantine/core'

import type { Quota } from '../api/documents'
import { calendarDay, count } from '../ui/words'
import styles from './SetupPage.module.css'

/** Shows how many organizations are left in the limit; hover or focus shows the limit itself. */
export function QuotaBadge({ quota }: { quota: Quota | undefined }) {
  if (!quota) return null
  const { limit, used, remaining, plan, renewsAt } = quota
  const part = limit ? Math.min(1, used / limit) : 0
  return (
    <HoverCard width={270} shadow="md" position="bottom-end" openDelay={100} withinPortal>
      <HoverCard.Target>
        <button type="button" className={styles.quota} data-full={remaining === 0 || undefined}>
          <span className={styles.quotaTitle}>Total Organizations</span>
          <span className={styles.quotaNumbers}>
            {limit === null ? `${count(used)}, unlimited` : <><strong>{count(remaining ?? 0)}</strong> left of {count(limit)}</>}
          </span>
          {limit !== null && <span className={styles.quotaBar}><span style={{ width: `${part * 100}%` }} /></span>}
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <dl className={styles.facts}>
          <dt>Plan</dt><dd>{plan}</dd>
          <dt>Active organizations</dt><dd>{count(used)}</dd>
          <dt>Allowed</dt><dd>{limit === null ? 'Unlimited' : count(limit)}</dd>
          {remaining !== null && <><dt>Left</dt><dd>{count(remaining)}</dd></>}
          {renewsAt && <><dt>Renews</dt><dd>{calendarDay(renewsAt)}</dd></>}
        </dl>
        <p className={styles.soft}>Deactivated organizations don’t count. Importing to an existing organization doesn’t either.</p>
      </HoverCard.Dropdown>
    </HoverCard>
  )
}
