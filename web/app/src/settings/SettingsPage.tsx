import type { Viewer } from '../api/documents'

export function SettingsPage({ viewer }: { viewer: Viewer }) {
  return <p>{viewer.name}</p>
}
