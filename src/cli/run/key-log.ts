import { closeSync, openSync, writeSync } from 'node:fs'
import { SiploadgenError } from '../../base/errors.js'

/** TLS key log files (NSS format), appended to as connections come up. */
export class KeyLogFiles {
  readonly #open = new Map<string, number>()

  writer(file: string): (line: Buffer) => void {
    let descriptor = this.#open.get(file)
    if (descriptor === undefined) {
      try {
        descriptor = openSync(file, 'a', 0o600)
      } catch (error) {
        throw new SiploadgenError('environment/write', `the key log file ${file} cannot be written`, { cause: error })
      }
      this.#open.set(file, descriptor)
    }
    const target = descriptor
    return (line) => void writeSync(target, line)
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor)
    this.#open.clear()
  }
}
