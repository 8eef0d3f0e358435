import { readFileSync } from 'node:fs'
import type { DefectCode } from '../../../src/sip/message/defect.js'

const fixture = (path: string): URL => new URL(`../../fixtures/${path}`, import.meta.url)
const readJson = (path: string): unknown => JSON.parse(readFileSync(fixture(path), 'utf8'))

/** One message of RFC 4475 or RFC 5118 and what is expected of it. */
export interface TortureRow {
  readonly rfc: number
  readonly name: string
  readonly kind: 'request' | 'response'
  /** Whether a parser must take the message for well-formed. */
  readonly accept: boolean
  readonly note: string
  readonly defects: readonly DefectCode[]
  readonly bytes: Buffer
}

export function tortureMessages(rfc: 4475 | 5118): TortureRow[] {
  const rows = readJson(`rfc${rfc}/manifest.json`) as Omit<TortureRow, 'rfc' | 'bytes'>[]
  return rows.map((row) => ({ ...row, rfc, bytes: tortureMessage(rfc, row.name) }))
}

export const tortureMessage = (rfc: 4475 | 5118, name: string): Buffer => readFileSync(fixture(`rfc${rfc}/${name}.dat`))

/** One message out of the examples of an RFC. */
export interface CallFlowRow {
  readonly id: string
  /** False for an excerpt in which mandatory fields are left out. */
  readonly complete: boolean
  readonly text: string
  readonly defects: readonly DefectCode[]
}

export function callFlowMessages(): CallFlowRow[] {
  const rows = readJson('callflows/messages.json') as Omit<CallFlowRow, 'defects'>[]
  const defects = readJson('callflows/defects.json') as Record<string, readonly DefectCode[]>
  return rows.map((row) => ({ ...row, defects: defects[row.id] ?? [] }))
}

/** Every message of the corpora, for mutation and comparison. */
export const allMessages = (): Buffer[] => [
  ...tortureMessages(4475).map((row) => row.bytes),
  ...tortureMessages(5118).map((row) => row.bytes),
  ...callFlowMessages().map((row) => Buffer.from(row.text, 'latin1')),
]
