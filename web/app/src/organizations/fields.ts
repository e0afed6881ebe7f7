import type { External } from './staged'

/** The content of a cell in the clipboard. */
export interface Field {
  text: string
  /** What the cell contained, and where, if it was copied here. */
  copied?: { organizationId: string; organizationName: string; integrationId: string; externals: readonly External[] }
}

const joint = '; ' // between the names of one cell

/** Returns names as one field. A spreadsheet would take a tab or line break for the end of the field. */
export const fieldOf = (names: readonly string[]): string => escaped(names.map((name) => name.replace(/\s+/g, ' ').trim()).join(joint))

/** Spreadsheets run a field that begins like a formula, and vendors' names are not ours to trust. */
const escaped = (text: string) => (/^[=+\-@]/.test(text) ? `'${text}` : text)
const unescaped = (text: string) => (/^'[=+\-@]/.test(text) ? text.slice(1) : text)

/** Writes rows as tab-separated text. */
export const textOf = (rows: readonly (readonly Field[])[]): string =>
  rows.map((fields) => fields.map(({ text }) => (/^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t')).join('\n')

/** Reads tab-separated text as spreadsheets write it: a field with tabs, line breaks or quotes may be in quotes. */
export function parse(text: string): Field[][] {
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  const quoted = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y
  const plain = /[^\t\n]*/y
  const rows: Field[][] = []
  let row: Field[] = []
  for (let at = 0; at <= source.length; at++) {
    quoted.lastIndex = plain.lastIndex = at
    const inQuotes = quoted.exec(source)
    const field = inQuotes ? inQuotes[1]!.replaceAll('""', '"') : plain.exec(source)![0]
    at = inQuotes ? quoted.lastIndex : plain.lastIndex
    row.push({ text: unescaped(field.replace(/\s+/g, ' ').trim()) })
    if (source[at] === '\t') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** Returns the names in a field: the whole of it may be one name that contains a semicolon. */
export const namesIn = (text: string): readonly string[] => text.split(';').map((name) => name.trim()).filter((name) => name !== '')

const accents = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]\p{Mn}*)\p{Mn}/gu

/** Returns the form of a name that ignores case, accents and repeated spaces. In other scripts, marks are a part of the spelling. */
export const folded = (name: string): string =>
  name.normalize('NFKD').replace(accents, '').normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
