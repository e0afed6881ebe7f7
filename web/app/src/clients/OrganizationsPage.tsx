import type { Viewer } from '../api/documents'

export function OrganizationsPage({ viewer }: { viewer: Viewer }) {
  return <p>{viewer.name}</p>
}
