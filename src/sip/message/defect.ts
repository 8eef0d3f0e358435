/**
 * What can be wrong with a message. An `error` breaks the grammar or a MUST of RFC 3261 so that a strict element
 * answers 400 or drops the message; a `warning` is RFC 2543 form, careless, or odd.
 */
export const defectTable = {
  'start-line': 'error',
  'request-uri': 'error',
  version: 'error',
  status: 'error',
  'reason-space': 'warning',
  'no-empty-line': 'error',
  'bare-lf': 'warning',
  'bare-cr': 'error',
  'utf-8': 'warning',
  control: 'error',
  'header-line': 'error',
  'header-name': 'error',
  'missing-header': 'error',
  'missing-max-forwards': 'warning',
  'repeated-header': 'error',
  cseq: 'error',
  'cseq-method': 'error',
  'call-id': 'error',
  'max-forwards': 'error',
  'content-length': 'error',
  'content-type': 'error',
  'body-short': 'error',
  'body-surplus': 'warning',
  address: 'error',
  'missing-tag': 'warning',
  list: 'error',
  via: 'error',
  'via-protocol': 'warning',
  'via-branch': 'warning',
  'received-brackets': 'warning',
  'delta-seconds': 'error',
  date: 'error',
  'warning-value': 'error',
  credentials: 'error',
} as const satisfies Record<string, 'error' | 'warning'>

export type DefectCode = keyof typeof defectTable

export interface Defect {
  readonly code: DefectCode
  readonly severity: 'error' | 'warning'
  /** Offset in the message's bytes: of the start line, the field line or the body. */
  readonly offset: number
  /** One sentence. */
  readonly text: string
}

/** A sink of defects that bounds what a hostile message can make us keep. */
export class DefectList {
  readonly defects: Defect[] = []

  add(code: DefectCode, offset: number, text: string): void {
    if (this.defects.length < maximumDefects) {
      this.defects.push({ code, severity: defectTable[code], offset, text })
    }
  }
}

const maximumDefects = 100
