import type { Viewer } from '../api/documents'

export function ImportPage({ viewer }: { viewer: Viewer }) {
  return <p>{viewer.name}</p>
}
