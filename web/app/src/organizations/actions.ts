import type { Integration, Organization } from '../api/documents'
import type { External } from './staged'

/** The actions available from within the grid. */
export interface GridActions {
  openCell: (organization: Organization, integration: Integration) => void
  setCell: (organization: Organization, integration: Integration, wanted: readonly External[]) => void
  rename: (organization: Organization) => void
  activate: (organization: Organization, active: boolean) => void
  refresh: (integrationIds: string[]) => void
  cancel: (runId: string) => void
  review: (integration: Integration) => void
  showUnmapped: (integration: Integration) => void
  importFrom: () => void
}
