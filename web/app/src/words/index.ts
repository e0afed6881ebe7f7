import { changes } from './changes'
import { columns } from './columns'
import { common } from './common'
import { importing } from './importing'
import { integrations } from './integrations'
import { notifications } from './notifications'
import { organizations } from './organizations'
import { problems } from './problems'
import { ranges } from './ranges'
import { review, schedules, status } from './refreshes'
import { session } from './session'
import { shell } from './shell'
import { suggestions } from './suggestions'
import { sync } from './sync'
import { ago, duration } from './time'

/**
 * Every text of the pages that a person reads, including those that only screen readers read. Components contain no text of
 * their own; a lint rule checks that. The explorer's texts are in ./explorer, because it is built separately. Only index.html
 * has its own: it must say that JavaScript is off.
 */
export const words = {
  changes, common, shell, session, organizations, columns, suggestions, ranges, importing, integrations, sync, status, schedules, review, notifications, problems, ago, duration,
}
