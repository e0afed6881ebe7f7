import type { Viewer } from '../api/documents'

export function OrganizationPage({ viewer }: { viewer: Viewer }) {
  return <p>{viewer.name}</p>
}
