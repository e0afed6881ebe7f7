import { HoverCard } from '@mantine/core'

import type { Quota } from '../api/documents'
import { formatDate, formatNumber } from '../ui/format'
import { words } from '../words'
import styles from './SetupPage.module.css'

const text = words.organizations.quota

/** Shows how many organizations are left in the limit; hover or focus shows the limit itself. */
export function QuotaBadge({ quota }: { quota: Quota | undefined }) {
  if (!quota) return null
  const { limit, used, remaining, plan, renewsAt } = quota
  const part = limit ? Math.min(1, used / limit) : 0
  return (
    <HoverCard width={270} shadow="md" position="bottom-end" openDelay={100} withinPortal>
      <HoverCard.Target>
        <button type="button" className={styles.quota} data-full={remaining === 0 || undefined}>
          <span className={styles.quotaTitle}>{text.title}</span>
          <span className={styles.quotaNumbers}>
            {limit === null ? text.unlimited(used) : text.left({ remaining: remaining ?? 0, limit })}
          </span>
          {limit !== null && <span className={styles.quotaBar}><span style={{ width: `${part * 100}%` }} /></span>}
        </button>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <dl className={styles.facts}>
          <dt>{text.plan}</dt><dd>{plan}</dd>
          <dt>{text.active}</dt><dd>{formatNumber(used)}</dd>
          <dt>{text.allowed}</dt><dd>{limit === null ? text.allowedUnlimited : formatNumber(limit)}</dd>
          {remaining !== null && <><dt>{text.remaining}</dt><dd>{formatNumber(remaining)}</dd></>}
          {renewsAt && <><dt>{text.renews}</dt><dd>{formatDate(renewsAt)}</dd></>}
        </dl>
        <p className={styles.soft}>{text.explanation}</p>
      </HoverCard.Dropdown>
    </HoverCard>
  )
}
