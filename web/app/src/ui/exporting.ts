import { messageFor } from '../api/problems'
import { session } from '../session/session'
import { notify } from './notifications'

/** Addresses of the server's CSV files. The byte order mark tells spreadsheets that a file is UTF-8. */
export const files = {
  organizations: '/csv/organizations?bom=1',
  mappings: '/csv/mappings?bom=1',
  externalOrgs: (integrationId: string) => `/csv/external-organizations?bom=1&integration=${encodeURIComponent(integrationId)}`,
}

const codes: Readonly<Record<number, string>> = { 403: 'FORBIDDEN', 429: 'RATE_LIMITED', 503: 'UNAVAILABLE' }

/**
 * Downloads a file of the server. The browser itself writes it to disk: a file can have 100,000 rows, and reading it here first would take
 * as much memory as it is long. But if a download fails, a browser shows "No file" without a reason, or saves the error message as the
 * file. So the server is asked first, without the content: if the session has ended, the page shows its sign-in, and if too many files are
 * being written, a message says so.
 */
export async function downloadFile(address: string): Promise<void> {
  try {
    const { ok, status } = await fetch(address, { method: 'HEAD', credentials: 'same-origin' })
    if (status === 401) return session.set('out')
    if (!ok) return notify('problem', messageFor({ graphQLErrors: [{ message: '', extensions: { code: codes[status] } }] }), 'export')
  } catch (error) {
    return notify('problem', messageFor({ networkError: error instanceof Error ? error : new Error(String(error)), graphQLErrors: [] }), 'export')
  }
  Object.assign(document.createElement('a'), { href: address, download: '' }).click()
}

type Click = Pick<MouseEvent, 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'button' | 'preventDefault'>

/** Follows a link to a file, unless the click means to open or save the link in another way. */
export function followFile(event: Click, address: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return
  event.preventDefault()
  void downloadFile(address)
}
