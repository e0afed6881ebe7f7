import { expect, test } from 'vitest'

import { words } from '../src/words'
import { asOf } from '../src/words/asof'
import { byTool } from '../src/words/byTool'
import { csvImport } from '../src/words/csvImport'
import { deleting } from '../src/words/deleting'
import { explorer } from '../src/words/explorer'
import { exporting } from '../src/words/exporting'
import { firstRun } from '../src/words/firstRun'
import { history } from '../src/words/history'
import { plural } from '../src/words/plural'
import { settings } from '../src/words/settings'

test.each([
  [0, '0 changes'],
  [1, '1 change'],
  [2, '2 changes'],
])('the plural for %i is %s', (n, expected) => {
  expect(plural(n, 'change')).toBe(expected)
})

/** Returns all constant texts, with their paths. */
function constants(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => constants(part, `${path}.${key}`))
}

test('no text is empty, has double spaces, or uses straight quotation marks', () => {
  const texts = [...constants(words, 'words'), ...constants(asOf, 'asOf'), ...constants(byTool, 'byTool'), ...constants(csvImport, 'csvImport'), ...constants(exporting, 'exporting'), ...constants(deleting, 'deleting'), ...constants(explorer, 'explorer'), ...constants(firstRun, 'firstRun'), ...constants(history, 'history'), ...constants(settings, 'settings')]
  expect(texts.length).toBeGreaterThan(200)
  const wrong = texts.filter(([path, text]) => text.trim() === '' || text.includes('  ') || (/['"]/.test(text) && !path.endsWith('.comment')))
  expect(wrong).toEqual([])
})

test('a summary agrees with its number', () => {
  expect(words.sync.groups.attention(1)).toBe('needs attention')
  expect(words.sync.groups.attention(2)).toBe('need attention')
  expect(words.organizations.nameDialog.usesOneOf(1)).toBe('Uses 1 of your 1 remaining organization.')
})

test('a refresh of many integrations is announced by their number', () => {
  expect(words.notifications.refreshing(['Hudu'])).toBe('Refreshing Hudu…')
  expect(words.notifications.refreshing(['A', 'B', 'C', 'D'])).toBe('Refreshing 4 integrations…')
})
