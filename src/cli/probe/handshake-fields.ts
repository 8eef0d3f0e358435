import { readFileSync } from 'node:fs'
import { SiploadgenError } from '../../base/errors.js'

const field = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+: ?[^\x00-\x1f\x7f]*$/

/** Header lines of every WebSocket handshake, such as Cookie and Origin: they may be secrets, and come from a file. */
export function handshakeFields(file: string | undefined): readonly string[] {
  if (file === undefined) return []
  let text: string
  try {
    text = readFileSync(file, 'latin1')
  } catch (error) {
    throw new SiploadgenError('usage/arguments', `--handshake ${file}: ${(error as Error).message}`)
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const wrong = lines.findIndex((line) => !field.test(line))
  if (wrong >= 0)
    throw new SiploadgenError('usage/arguments', `--handshake ${file}: no header field: "${lines[wrong]}"`)
  return lines
}
