import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '../src')

/** The modules in src that a module imports, including type-only imports. */
function importsOf(file: string): string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)
  return [...imports].flatMap(([, name]) => ['.ts', '.tsx', '/index.ts'].map((end) => join(dirname(file), name + end)).filter((path) => existsSync(path)))
}

/** Returns the first import cycle found from a module. */
function cycle(file: string, path: readonly string[], done: Set<string>): readonly string[] | null {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
  if (done.has(file)) return null
  for (const next of importsOf(file)) {
    const found = cycle(next, [...path, file], done)
    if (found) return found
  }
  done.add(file)
  return null
}

test('there are no import cycles', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => join(source, name))
  expect(files.length).toBeGreaterThan(50)
  expect(files.flatMap(importsOf).length).toBeGreaterThan(150)
  const done = new Set<string>()
  for (const file of files) expect(cycle(file, [], done)?.map((one) => relative(source, one)) ?? []).toEqual([])
})
