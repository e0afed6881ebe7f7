import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

const program = `
  const [format, time] = [await import(process.argv[1]), await import(process.argv[2])]
  const then = '2020-11-03T21:05:09Z'
  const now = Date.parse(then) + 5_000 * 86_400_000
  console.log(JSON.stringify({
    time: format.formatTime(then), exact: format.formatExactTime(then), date: format.formatDate(then), moment: format.formatMoment('2020-11-03T21:05:00Z'), zone: format.timeZoneName(new Date(then)),
    number: format.formatNumber(1234567), percent: format.formatPercent(0.5), duration: time.duration(1_500), ago: time.ago(then, now),
  }))`

function bundle(module: string): string {
  const built = execFileSync(join(root, 'node_modules/.bin/rolldown'), [join(root, module), '--format', 'esm'], { encoding: 'utf8' })
  return `data:text/javascript,${encodeURIComponent(built)}`
}

/** Returns what a browser with this language and time zone shows. A process reads both only when it starts. */
function formatted(language: string, zone: string, modules: readonly string[]): Record<string, string> {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, ...modules], { encoding: 'utf8', env: { ...process.env, LC_ALL: language, TZ: zone } })
  const plain = output.replaceAll(/[\u202f\u00a0]/g, ' ')
  return JSON.parse(plain) as Record<string, string>
}

// Each language runs in its own process, hence the long timeout.
test('dates, times and numbers follow the browser’s language and time zone', { timeout: 60_000 }, () => {
  const modules = ['src/ui/format.ts', 'src/words/time.ts'].map(bundle)
  expect(formatted('en_US.UTF-8', 'America/Los_Angeles', modules)).toEqual({
    time: 'Nov 3, 1:05 PM', exact: 'Nov 3, 2020, 1:05:09 PM PST', date: 'November 3, 2020', moment: 'November 3, 2020 at 1:05 PM PST', zone: 'Pacific Standard Time',
    number: '1,234,567', percent: '50%', duration: '1.5 s', ago: '5,000 days ago',
  })
  expect(formatted('de_DE.UTF-8', 'Europe/Berlin', modules)).toEqual({
    time: '3. Nov., 22:05', exact: '3. Nov. 2020, 22:05:09 MEZ', date: '3. November 2020', moment: '3. November 2020 um 22:05 MEZ', zone: 'Mitteleuropäische Normalzeit',
    number: '1.234.567', percent: '50 %', duration: '1,5 s', ago: '5.000 days ago',
  })
})
