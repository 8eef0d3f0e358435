import { readFileSync } from 'node:fs'
import type { Text } from '../model/scenario.js'
import type { Reading } from './reading.js'
import { constantText } from './text.js'
import type { Path } from './yaml-document.js'

/** A secret as scenarios write it. */
export type WrittenSecret = string | { readonly env?: string | undefined; readonly file?: string | undefined }

/** The text of a secret, which may stand elsewhere than in the scenario; undefined when there is none. */
export function secretText(
  written: WrittenSecret | undefined,
  own: Path,
  names: readonly string[],
  reading: Reading,
): Text | undefined {
  if (written === undefined) return undefined
  if (typeof written === 'string') return reading.text(written, own, names)
  if (written.env !== undefined) {
    const value = process.env[written.env]
    if (value === undefined) {
      reading.problem([...own, 'env'], `the environment variable "${written.env}" is not set`, {
        code: 'scenario/input',
      })
    }
    return constantText(value ?? '')
  }
  const before = reading.problems.length
  const file = reading.file(written.file ?? '', [...own, 'file'])
  return constantText(reading.problems.length > before ? '' : readFileSync(file, 'utf8').trim())
}
