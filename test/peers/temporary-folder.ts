import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atEnd } from './at-end.js'

/** A new empty folder that is removed when the test (or, outside a test, the file) ends. */
export function temporaryFolder(name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `siploadgen-${name}-`))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
