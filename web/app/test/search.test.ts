import { expect, test } from 'vitest'

import { hasWords } from '../src/organizations/search'

test.each([
  ['hospital lakeview', true],
  ['  LAKE   hosp ', true],
  ['Lakeview, Hospital.', true],
  ['lake-view', true],
  ['léàkeview', false],
  ['lákeview', true],
  ['lakeview clinic', false],
  ['', true],
  ['&', false],
])('“%s” finds Lakeview Hospital: %s', (search, found) => {
  expect(hasWords('Lakeview Hospital', search)).toBe(found)
})

test('accents of the name do not matter, and punctuation alone is searched for', () => {
  expect(hasWords('Élan & Söhne', 'sohne elan')).toBe(true)
  expect(hasWords('Élan & Söhne', '&')).toBe(true)
})
