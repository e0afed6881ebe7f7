import type { Tier } from '../api/documents'
import { Icon, type IconName } from '../ui/Icon'
import styles from './Suggestions.module.css'

const icons: Record<Tier, IconName> = { IDENTITY: 'link', EXACT: 'equal', NORMALIZED: 'almostEqual', STRONG: 'similar', WEAK: 'question' }

/** The sign of a suggestion's tier. It always stands beside words. */
export const TierMark = ({ tier }: { tier: Tier }) => <span className={styles.tier} data-tier={tier}><Icon name={icons[tier]} size={12} /></span>
