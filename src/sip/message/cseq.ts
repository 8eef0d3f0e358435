import { afterBlanks, charClass, hasClass } from './char-class.js'

/** RFC 3261 8.1.1.5: less than 2**31. */
export const maxCseq = 0x7fff_ffff

export interface CSeq {
  /** -1 when it is not a number of at most 2**32 - 1. */
  readonly number: number
  readonly method: string
}

const noCseq: CSeq = { number: -1, method: '' }

export function parseCseq(value: string): CSeq {
  let at = 0
  let number = 0
  while (at < value.length && hasClass(value.charCodeAt(at), charClass.digit)) {
    number = number * 10 + value.charCodeAt(at) - 0x30
    at++
  }
  if (at === 0) return noCseq
  const methodAt = afterBlanks(value, at)
  return { number: number <= 0xffff_ffff ? number : -1, method: methodAt === at ? '' : value.slice(methodAt) }
}
