import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const program = `
  const { calendarDay, clockTime, count, exactTime, lasting, percent, zoneName } = await import(process.argv[1])
  const then = '2020-11-03T21:05:09Z'
  console.log(JSON.stringify({ clock: clockTime(then), exact: exactTime(then), day: calendarDay(then), zone: zoneName(new Date(then)),
    count: count(1234567), percent: percent(0.5), lasting: lasting(1_500) }))`

/** What a browser shows for a language and a time zone. A process reads both only when it starts. */
function shown(language: string, zone: string): Record<string, string> {
  const words = join(import.meta.dirname, '../src/ui/words.ts')
  const built = execFileSync(join(import.meta.dirname, '../node_modules/.bin/rolldown'), [words, '--format', 'esm'], { encoding: 'utf8' })
  const url = `data:text/javascript,${encodeURIComponent(built)}`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program, url], { encoding: 'utf8', env: { ...process.env, LC_ALL: language, TZ: zone } })
  const plain = said.replaceAll(/[\u202f\u00a0]/g, ' ')
  return JSON.parse(plain) as Record<string, string>
}

// Each language runs in its own process, hence the long timeout.
test('dates, times and numbers follow the browser’s language and time zone', { timeout: 60_000 }, () => {
  expect(shown('en_US.UTF-8', 'America/Los_Angeles')).toEqual({
    clock: 'Nov 3, 1:05 PM', exact: 'Nov 3, 2020, 1:05:09 PM PST', day: 'November 3, 2020', zone: 'Pacific Standard Time',
    count: '1,234,567', percent: '50%', lasting: '1.5 s',
  })
  expect(shown('de_DE.UTF-8', 'Europe/Berlin')).toEqual({
    clock: '3. Nov., 22:05', exact: '3. Nov. 2020, 22:05:09 MEZ', day: '3. November 2020', zone: 'Mitteleuropäische Normalzeit',
    count: '1.234.567', percent: '50 %', lasting: '1,5 s',
  })
})
