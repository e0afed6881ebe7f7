import { expect, test } from 'vitest'

import { maxNames, readNames } from '../src/organizations/names'

const page = (names: readonly string[], endCursor: string | null) => ({
  nodes: names.map((name) => ({ name })), pageInfo: { hasNextPage: endCursor !== null, endCursor },
})

test('reads each page from the end of the last, and reports all names so far', async () => {
  const cursors: (string | null)[] = []
  const reported: (readonly string[])[] = []
  const pages = [page(['Able', 'Baker'], 'b'), page(['Charlie'], 'c'), page(['Dog'], null)]
  await readNames(async (after) => (cursors.push(after), pages[cursors.length - 1]!), (names) => reported.push(names), () => true)
  expect(cursors).toEqual([null, 'b', 'c'])
  expect(reported).toEqual([['Able', 'Baker'], ['Able', 'Baker', 'Charlie'], ['Able', 'Baker', 'Charlie', 'Dog']])
})

test('reports nothing after the list has changed', async () => {
  const reported: (readonly string[])[] = []
  let current = true
  await readNames(async (after) => {
    if (after !== null) current = false
    return page(['Able'], 'a')
  }, (names) => reported.push(names), () => current)
  expect(reported).toEqual([['Able']])
})

test('stops at a failed request, and at the maximum number of names', async () => {
  let requests = 0
  await readNames(async () => (requests++, null), () => expect.fail('no names were read'), () => true)
  expect(requests).toBe(1)
  let last = 0
  await readNames(async () => page(Array.from({ length: 200 }, () => 'Able'), 'again'), ({ length }) => (last = length), () => true)
  expect(last).toBe(maxNames)
})
