// Prints the compressed size of what a page loads first, and of all that it may load later, and fails if a page exceeds its limit.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../../dist')
// Compressed size in kB of what index.html loads. The explorer's editor includes workers and languages; a browser loads only some of them.
const most = { app: { js: 230, css: 24 }, explorer: { js: 2_000, css: 400 } }

/** Returns the files that index.html loads, including the modules that they import. */
function loadedFirst(assets, page) {
  const html = readFileSync(join(dist, page, 'index.html'), 'utf8')
  const found = new Set()
  const add = (name) => {
    if (found.has(name)) return
    found.add(name)
    if (!name.endsWith('.js')) return
    const imports = readFileSync(join(assets, name), 'utf8').matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{][^'"();]*?from\s*)?["']\.\/([^"']+\.js)["']/g)
    for (const [, other] of imports) add(other)
  }
  for (const [, name] of html.matchAll(/(?:src|href)="[^"]*\/assets\/([^"/]+)"/g)) add(name)
  return found
}

let fits = true
for (const [page, limits] of Object.entries(most)) {
  const assets = join(dist, page, 'assets')
  // What the explorer loads is spread over hundreds of files; all of them count.
  const first = page === 'explorer' ? new Set(readdirSync(assets)) : loadedFirst(assets, page)
  for (const [kind, limit] of Object.entries(limits)) {
    const sizeOf = (names) => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length, 0) / 1_000
    const files = readdirSync(assets).filter((name) => name.endsWith(`.${kind}`))
    const size = sizeOf(files.filter((name) => first.has(name)))
    console.log(`${page} ${kind}: ${size.toFixed(1)} kB compressed, at most ${limit}; later ${sizeOf(files.filter((name) => !first.has(name))).toFixed(1)} kB`)
    if (size > limit || size === 0) fits = false
  }
}
if (!fits) {
  console.error('A page is larger than it may be: see what was added, or change the limit in scripts/size.mjs with a reason.')
  process.exit(1)
}
