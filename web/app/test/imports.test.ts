import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '../src')

/** The modules in src that a module imports, including type-only imports. */
function named(file: string): string[] {
  const words = readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)
  return [...words].flatMap(([, name]) => ['.ts', '.tsx'].map((end) => join(dirname(file), name + end)).filter((path) => existsSync(path)))
}

/** The first import cycle found from a module. */
function circle(file: string, way: readonly string[], done: Set<string>): readonly string[] | null {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
  if (done.has(file)) return null
  for (const next of named(file)) {
    const found = circle(next, [...way, file], done)
    if (found) return found
  }
  done.add(file)
  return null
}

test('no modules of the pages import each other in a circle', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name)).map((name) => join(source, name))
  expect(files.length).toBeGreaterThan(50)
  expect(files.flatMap(named).length).toBeGreaterThan(150)
  const done = new Set<string>()
  for (const file of files) expect(circle(file, [], done)?.map((one) => relative(source, one)) ?? []).toEqual([])
})
