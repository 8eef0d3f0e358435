import { type Octets, standsAt } from '../octets.js'

const lf = 0x0a
const cr = 0x0d
const tab = 0x09
const space = 0x20
const colon = 0x3a
const slash = 0x2f
const digit2 = 0x32
const letterC = 0x63
const letterI = 0x69
/** Makes a letter small. */
const small = 0x20
const mediaLine = 'm=audio '
const noBody = Buffer.from('\r\nContent-Length: 0\r\n\r\n')
const emptyLine = '\r\n\r\n'
const sip = Buffer.from('sip')
const bye = Buffer.from('BYE ')
const callId = Buffer.from('call-id')
const cseq = Buffer.from('cseq')
const invite = Buffer.from('invite')

/** What tells of a call in the head of a message, found in one pass where it stands and no further than it must; lenient, since rules judge it. */
export class CallHead {
  isResponse = false
  /** A 2xx. */
  isAnswer = false
  isBye = false
  /** By the CSeq; undefined when there is none. */
  isInvite: boolean | undefined
  /** Where the Call-ID stands; both 0 when there is none. */
  callIdStart = 0
  callIdEnd = 0
  read({ memory, start, end }: Octets): void {
    this.isInvite = undefined
    this.callIdStart = 0
    this.callIdEnd = 0
    this.#readStart(memory, behindBlanks(memory, start, end, true), end)
    for (let at = start; at < end; at++) {
      if (memory[at] !== lf || memory[at - 1] !== cr || at === start) continue
      const first = memory[at + 1]! | small
      if (memory[at + 1] === cr && memory[at + 2] === lf) return
      if (first === letterC || first === letterI) this.#readField(memory, at + 1, end)
      if (this.isInvite !== undefined && this.callIdEnd > 0) return
    }
  }

  #readStart(memory: Buffer, at: number, end: number): void {
    this.isResponse = isWord(memory, at, sip) && memory[at + sip.length] === slash
    this.isBye = end - at > bye.length && standsAt(memory, at, bye)
    let behind = at
    while (behind < end && memory[behind]! > space) behind++
    this.isAnswer = this.isResponse && memory[behind] === space && memory[behindSpaces(memory, behind, end)] === digit2
  }

  /** A field whose name is Call-ID, i or CSeq; the first of each counts. */
  #readField(memory: Buffer, at: number, end: number): void {
    const isCseq = isWord(memory, at, cseq)
    const nameEnd = at + (isCseq ? cseq.length : isWord(memory, at, callId) ? callId.length : 1)
    if (nameEnd === at + 1 && (memory[at]! | small) !== letterI) return
    const colonAt = behindBlanks(memory, nameEnd, end, false)
    if (memory[colonAt] !== colon) return
    const valueAt = behindBlanks(memory, colonAt + 1, end, false)
    if (isCseq) this.#readCseq(memory, valueAt, end)
    else if (this.callIdEnd === 0) this.#readCallId(memory, valueAt, end)
  }

  #readCseq(memory: Buffer, at: number, end: number): void {
    if (this.isInvite !== undefined) return
    let numberEnd = at
    while (isDigit(memory[numberEnd])) numberEnd++
    const methodAt = behindBlanks(memory, numberEnd, end, false)
    if (numberEnd === at || methodAt === numberEnd || !isLetter(memory[methodAt])) return
    this.isInvite = isWord(memory, methodAt, invite) && !isLetter(memory[methodAt + invite.length])
  }

  #readCallId(memory: Buffer, at: number, end: number): void {
    let valueEnd = at
    while (valueEnd < end && memory[valueEnd] !== cr && memory[valueEnd] !== lf) valueEnd++
    while (valueEnd > at && memory[valueEnd - 1]! <= space) valueEnd--
    if (valueEnd === at) return
    this.callIdStart = at
    this.callIdEnd = valueEnd
  }
}

/** Whether a message describes audio. Nearly all without a body say so in their last field, and need no search. */
export function describesAudio({ memory, start, end }: Octets): boolean {
  const lastAt = end - noBody.length
  if (lastAt > start && standsAt(memory, lastAt, noBody)) return false
  return memory.subarray(start, end).includes(mediaLine)
}

/** Behind the empty line; 0 when there is none. */
export function bodyStart({ memory, start, end }: Octets): number {
  const at = memory.subarray(start, end).indexOf(emptyLine)
  return at < 0 ? 0 : start + at + emptyLine.length
}

/** Small letters of `word` stand there, in any case. */
function isWord(memory: Buffer, at: number, word: Buffer): boolean {
  for (let index = 0; index < word.length; index++) {
    const octet = memory[at + index]!
    if (octet !== word[index] && (octet | small) !== word[index]) return false
  }
  return true
}

function behindBlanks(memory: Buffer, from: number, end: number, linesToo: boolean): number {
  let at = from
  while (at < end && (memory[at] === space || memory[at] === tab || (linesToo && isLineEnd(memory[at])))) at++
  return at
}

function behindSpaces(memory: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && memory[at] === space) at++
  return at
}

const isLineEnd = (octet: number | undefined): boolean => octet === cr || octet === lf
const isDigit = (octet = 0): boolean => octet >= 0x30 && octet <= 0x39
const isLetter = (octet = 0): boolean => (octet | small) >= 0x61 && (octet | small) <= 0x7a
