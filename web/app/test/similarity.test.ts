import { expect, test } from 'vitest'

import { likeness, stem } from '../src/organizations/similarity'

test.each([
  ['Acme Dental LLC', 'Acme Dental LLC ', 1, 'Same name'],
  ['Acme Dental LLC', 'ACME  DENTAL, LLC', 0.98, 'Same name (spelling)'],
  ["O'Neil & Sons", 'ONeil and Sons', 0.98, 'Same name (spelling)'],
  ['Acme Dental LLC', 'Acme Dental', 0.95, 'Same name without “LLC”'],
  ['Acme Dental', 'Acme Dental, Inc.', 0.95, 'Same name without “Inc.”'],
  ['Acme Dental LLC', 'LLC Acme Dental', 0.95, 'Same name (spelling)'],
])('%s and %s', (one, other, score, reason) => {
  expect(likeness(one, other)).toEqual({ score, reason })
})

test('an abbreviation scores higher than a different business with a similar name', () => {
  expect(likeness('Cedar Ridge Dental', 'Cedar Ridge Dntl').score).toBeGreaterThan(likeness('Cedar Ridge Dental', 'Cedar Landscaping').score)
})

test('handles names of one letter or none', () => {
  expect(likeness('A', 'B').score).toBe(0)
  expect(likeness('', '!').score).toBeLessThanOrEqual(1)
})

test.each([
  ['The Cedar Ridge Library', 'Cedar'],
  ['Acme, Inc.', 'Acme'],
  ['& Co', ''],
  ['  Blue Ridge', 'Blue'],
])('searches for names like %s with %s', (name, expected) => {
  expect(stem(name)).toBe(expected)
})
