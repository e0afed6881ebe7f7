import { expect, test } from 'vitest'

import { isOlder, keepNewest } from '../src/api/order'

const run = (state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED', fetched = 0, attempt = 1) =>
  ({ __typename: 'RefreshRun', id: 'run_1', state, fetched, attempt })

test.each([
  ['queued after running', run('QUEUED'), run('RUNNING', 5), true],
  ['running after good', run('RUNNING', 5), run('SUCCEEDED', 10), true],
  ['an earlier page', run('RUNNING', 5), run('RUNNING', 10), true],
  ['a later page', run('RUNNING', 10), run('RUNNING', 5), false],
  ['a second attempt that begins anew', run('RUNNING', 0, 2), run('RUNNING', 90, 1), false],
  ['queued again for a second attempt', run('QUEUED', 0, 2), run('RUNNING', 90, 1), false],
  ['the same again', run('SUCCEEDED', 10), run('SUCCEEDED', 10), false],
  ['good after an attempt that ran', run('SUCCEEDED', 10, 1), run('RUNNING', 5, 2), false],
])('%s', (_, one, other, older) => {
  expect(isOlder(one, other)).toBe(older)
})

test('an answer that is older than the news is brought up to it, wherever the run is in it', () => {
  const newest = new Map()
  keepNewest({ refreshProgress: { run: { ...run('SUCCEEDED', 10), integration: { id: 'a' } } } }, newest)
  const answer = { refresh: { runs: [{ ...run('QUEUED'), integration: { id: 'a', name: 'kept' } }] } }
  keepNewest(answer, newest)
  expect(answer.refresh.runs[0]).toEqual({ ...run('SUCCEEDED', 10), integration: { id: 'a', name: 'kept' } })
})
