import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Builds the program once for all workers, unless ORGMAP_BINARY names a built one. */
export default function build(): (() => void) | void {
  if (process.env.ORGMAP_BINARY) return
  const folder = mkdtempSync(join(tmpdir(), 'orgmap-binary-'))
  process.env.ORGMAP_BINARY = join(folder, 'orgmap')
  execFileSync('go', ['build', '-o', process.env.ORGMAP_BINARY, './server'], { cwd: join(import.meta.dirname, '../../..'), stdio: 'inherit' })
  return () => rmSync(folder, { recursive: true, force: true })
}
