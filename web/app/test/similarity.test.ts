import { expect, test } from 'vitest'

import { likeness, stem } from '../src/organizations/similarity'

test.each([
  ['Acme Dental LLC', 'Acme Dental LLC ', 1, 'Same name'],
  ['Acme Dental LLC', 'ACME  DENTAL, LLC', 0.98, 'Same name (spelling)'],
  ["O'Neil & Sons", 'ONeil and Sons', 0.98, 'Same name (spelling)'],
  ['Acme Dental LLC', 'The Acme Dental', 0.95, 'Same name without legal form'],
])('%s and %s', (one, other, score, reason) => {
  expect(likeness(one, other)).toEqual({ score, reason })
})

test('an abbreviation is nearer than another trade of the same name', () => {
  expect(likeness('Cedar Ridge Dental', 'Cedar Ridge Dntl').score).toBeGreaterThan(likeness('Cedar Ridge Dental', 'Cedar Landscaping').score)
})

test('names of one letter and none do not break it', () => {
  expect(likeness('A', 'B').score).toBe(0)
  expect(likeness('', '!').score).toBeLessThanOrEqual(1)
})

test.each([
  ['The Cedar Ridge Library', 'Cedar'],
  ['Acme, Inc.', 'Acme'],
  ['& Co', ''],
  ['  Blue Ridge', 'Blue'],
])('similar names to %s are found by %s', (name, expected) => {
  expect(stem(name)).toBe(expected)
})
