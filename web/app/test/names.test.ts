import { expect, test } from 'vitest'

import { most, readNames } from '../src/organizations/names'

const page = (names: readonly string[], endCursor: string | null) => ({
  nodes: names.map((name) => ({ name })), pageInfo: { hasNextPage: endCursor !== null, endCursor },
})

test('each page is asked for where the last one ended, and told with all before it', async () => {
  const asked: (string | null)[] = []
  const told: (readonly string[])[] = []
  const answers = [page(['Able', 'Baker'], 'b'), page(['Charlie'], 'c'), page(['Dog'], null)]
  await readNames(async (after) => (asked.push(after), answers[asked.length - 1]!), (names) => told.push(names), () => true)
  expect(asked).toEqual([null, 'b', 'c'])
  expect(told).toEqual([['Able', 'Baker'], ['Able', 'Baker', 'Charlie'], ['Able', 'Baker', 'Charlie', 'Dog']])
})

test('what comes after the list has changed is told to nobody', async () => {
  const told: (readonly string[])[] = []
  let current = true
  await readNames(async (after) => {
    if (after !== null) current = false
    return page(['Able'], 'a')
  }, (names) => told.push(names), () => current)
  expect(told).toEqual([['Able']])
})

test('a server that refuses is not asked again, and a list without an end is left at the most', async () => {
  let asked = 0
  await readNames(async () => (asked++, null), () => expect.fail('there is nothing to tell'), () => true)
  expect(asked).toBe(1)
  let last = 0
  await readNames(async () => page(Array.from({ length: 200 }, () => 'Able'), 'again'), ({ length }) => (last = length), () => true)
  expect(last).toBe(most)
})
