// Prints the compressed size of the built pages, and fails if a page exceeds its limit.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../../dist')
// Compressed size in kB. The explorer's editor includes workers and languages; a browser loads only some of them.
const most = { app: { js: 230, css: 24 }, explorer: { js: 2_000, css: 400 } }

let fits = true
for (const [page, limits] of Object.entries(most)) {
  for (const [kind, limit] of Object.entries(limits)) {
    const files = readdirSync(join(dist, page, 'assets')).filter((name) => name.endsWith(`.${kind}`))
    const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, page, 'assets', name)), { level: 9 }).length, 0)
    const size = bytes / 1_000
    console.log(`${page} ${kind}: ${size.toFixed(1)} kB compressed, at most ${limit}`)
    if (size > limit) fits = false
  }
}
if (!fits) {
  console.error('A page is larger than it may be: see what was added, or change the limit in scripts/size.mjs with a reason.')
  process.exit(1)
}
