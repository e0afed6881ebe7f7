/** Spreadsheets run a field that begins like a formula, and vendors' names are not ours to trust. The server's files are the same, and it undoes this when it reads them. */
const harmless = (field: string) => (/^'*[=+\-@\t\r]/.test(field) ? `'${field}` : field)

const quoted = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

/** Writes rows as CSV (RFC 4180). A field that begins like a formula gets an apostrophe before it. */
export const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((fields) => `${fields.map((field) => quoted(harmless(field))).join(',')}\r\n`).join('')

/** Saves a text as a file. The byte order mark tells spreadsheets that it is UTF-8. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  const link = Object.assign(document.createElement('a'), { href: address, download: name })
  link.click()
  URL.revokeObjectURL(address)
}
