import { OctetHash } from '../../capture/octet-hash.js'
import { type Octets, standsAt } from '../../capture/octets.js'
import { toWire } from '../../sip/message/wire.js'
import { Tokens } from './tokens.js'

/** What a token of a message stands for. */
export const tokenKind = {
  topBranch: 0,
  branch: 1,
  fromTag: 2,
  toTag: 3,
  callId: 4,
  viaPort: 5,
  port: 6,
  user: 7,
  digest: 8,
  session: 9,
  mediaPort: 10,
} as const

const kindCount = 11
const lf = 0x0a
const cr = 0x0d
const semicolon = 0x3b
const colon = 0x3a
const equals = 0x3d
const quote = 0x22
const atSign = 0x40
const space = 0x20

/** Longer messages are rare, and remembering their form costs more than reading them. */
const longestText = 4096
/** RFC 3261 18.1.1: a request that is longer should not travel over UDP. */
const longestDatagram = 1300
/** Ports that rules may know by number are left as they are. */
const knownPorts: ReadonlySet<number> = new Set([5060, 5061, 8080, 8443])
const leastPort = 1024
const mostPort = 65_535

const word = 1
const digit = 2
/** Where a token may begin behind, or what no form can hold. */
const interesting = 4
const classes = new Uint8Array(256)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!*+')
  classes[character.charCodeAt(0)] = word
for (const character of '0123456789') classes[character.charCodeAt(0)] = word | digit
for (const code of [lf, semicolon, colon, equals]) classes[code] = interesting
for (let code = 0; code < 0x20; code++) if (code !== cr && code !== 0x09) classes[code] = interesting

/** Digits of a session's numbers are compared in two parts, each of which a number holds exactly. */
const lowDigits = 9
const mostDigits = 24

/**
 * Takes out of a message what is its own alone: branches, tags, Call-IDs, users, ports and the numbers of session
 * descriptions. What is left is its form; two messages of one form differ in these tokens only, and no rule asks of a
 * token more than whether it is the same as another one, its kind, and whether it is a number.
 */
export class FormScanner {
  /** Of the last message. */
  readonly tokens = new Tokens()
  readonly #form = new OctetHash()
  readonly #token = new OctetHash()
  #bytes: Uint8Array = new Uint8Array(0)
  #end = 0
  /** What of the message is in the form already. */
  #done = 0
  #line = 0
  #isLineNamed = false
  #viaSeen = false
  #inBody = false

  /** A number for the form of a message, or undefined when it has none that would be met again. */
  scan({ memory, start, end }: Octets): number | undefined {
    if (end - start > longestText) return undefined
    this.#start(memory, start, end)
    for (let at = start; at < end; at++) {
      // Two at a time where nothing is of interest: behind the last octet is one more that may be looked at.
      while (at < end && ((classes[memory[at]!]! | classes[memory[at + 1]!]!) & interesting) === 0) at += 2
      if (at >= end) break
      const code = memory[at]!
      if ((classes[code]! & interesting) === 0) continue
      if (code === lf) at = this.#lineStart(at)
      else if (code === colon) at = this.#colon(at)
      else if (code === semicolon) at = this.#parameter(at)
      else if (code === equals) at = this.#quoted(at)
      else return undefined
    }
    if (this.tokens.isFull) return undefined
    this.#form.addOctets(memory, this.#done, end)
    this.#form.add(end - start > longestDatagram ? 1 : 0)
    return this.#form.value
  }

  #start(bytes: Uint8Array, start: number, end: number): void {
    this.tokens.count = 0
    this.#bytes = bytes
    this.#end = end
    this.#form.reset()
    this.#done = start
    this.#line = 0
    // The start line has no name before its first colon.
    this.#isLineNamed = true
    this.#viaSeen = false
    this.#inBody = false
  }

  /** Each returns where to look on, less one. */
  #lineStart(at: number): number {
    const bytes = this.#bytes
    const first = bytes[at + 1]!
    if (this.#inBody) {
      if (bytes[at + 2] !== equals) return at
      if (first === letter.o) return this.#origin(at + 3)
      return first === letter.m ? this.#media(at + 3) : at + 2
    }
    this.#line = first | 0x20
    this.#isLineNamed = false
    if (first === cr || first === lf) this.#inBody = true
    else if (first === letter.C && standsAt(bytes, at + 2, callIdField)) return this.#callId(at + 10)
    return at
  }

  #callId(from: number): number {
    this.#isLineNamed = true
    const bytes = this.#bytes
    let end = from
    while ((classes[bytes[end]!]! & word) !== 0 || bytes[end] === atSign) end++
    return bytes[end] === cr ? this.#take(from, end, tokenKind.callId) : from - 1
  }

  #parameter(at: number): number {
    if (this.#inBody) return at
    const bytes = this.#bytes
    const first = bytes[at + 1]
    if (first === letter.t && standsAt(bytes, at + 1, tagParameter)) {
      const kind = this.#line === letter.f ? tokenKind.fromTag : tokenKind.toTag
      return this.#line === letter.f || this.#line === letter.t ? this.#word(at + 5, kind) : at
    }
    if (first === letter.b && standsAt(bytes, at + 1, branchParameter)) {
      const kind = this.#viaSeen ? tokenKind.branch : tokenKind.topBranch
      this.#viaSeen = true
      return this.#word(at + 15, kind)
    }
    return first === letter.r && standsAt(bytes, at + 1, rportParameter) ? this.#port(at + 7, tokenKind.port) : at
  }

  /** `sip:user@` and `host:port`; the first colon of a line ends its name. */
  #colon(at: number): number {
    if (this.#inBody) return at
    if (!this.#isLineNamed) {
      this.#isLineNamed = true
      return at
    }
    if (this.#isScheme(at)) {
      const end = this.#endOfWord(at + 1)
      return this.#bytes[end] === atSign && end > at + 1 ? this.#take(at + 1, end, tokenKind.user) : at
    }
    return this.#port(at + 1, this.#line === letter.v && !this.#viaSeen ? tokenKind.viaPort : tokenKind.port)
  }

  /** `sip` or `sips` stands before. */
  #isScheme(at: number): boolean {
    const bytes = this.#bytes
    const end = bytes[at - 1] === letter.s ? at - 1 : at
    return bytes[end - 1] === letter.p && bytes[end - 2] === letter.i && bytes[end - 3] === letter.s
  }

  /** Quoted values of digest authentication whose names end in `e`: nonce, cnonce, response, opaque, username. */
  #quoted(at: number): number {
    const bytes = this.#bytes
    if (this.#inBody || bytes[at + 1] !== quote || bytes[at - 1] !== letter.e) return at
    const end = this.#endOfWord(at + 2)
    return bytes[end] === quote && end > at + 2 ? this.#take(at + 2, end, tokenKind.digest) : at
  }

  /** `o=user id version`: of the version its distance from the id is kept. */
  #origin(from: number): number {
    const bytes = this.#bytes
    const idAt = this.#behindSpace(from)
    const idEnd = this.#endOfDigits(idAt)
    const versionAt = idEnd + 1
    const versionEnd = this.#endOfDigits(versionAt)
    const isPlain = idAt > from && idEnd > idAt && bytes[idEnd] === space && versionEnd > versionAt
    const isShort = idEnd - idAt <= mostDigits && versionEnd - versionAt <= mostDigits
    if (!isPlain || !isShort || bytes[versionEnd] !== space) return from
    this.#take(idAt, idEnd, tokenKind.session)
    const [idLow, versionLow] = [Math.max(idAt, idEnd - lowDigits), Math.max(versionAt, versionEnd - lowDigits)]
    this.#form.add(this.#number(versionAt, versionLow) - this.#number(idAt, idLow))
    this.#form.add(this.#number(versionLow, versionEnd) - this.#number(idLow, idEnd))
    this.#form.add(versionEnd - idEnd)
    this.#done = versionEnd
    return versionEnd - 1
  }

  #media(from: number): number {
    const portAt = this.#behindSpace(from)
    return portAt > from ? this.#port(portAt, tokenKind.mediaPort) : from
  }

  #port(from: number, kind: number): number {
    const bytes = this.#bytes
    let end = from
    let port = 0
    while ((classes[bytes[end]!]! & digit) !== 0) port = port * 10 + bytes[end++]! - 0x30
    const isPort = port >= leastPort && port <= mostPort && !knownPorts.has(port)
    return isPort && end - from < 6 && (classes[bytes[end]!]! & word) === 0 ? this.#take(from, end, kind) : from - 1
  }

  #word(from: number, kind: number): number {
    const end = this.#endOfWord(from)
    return end === from ? from - 1 : this.#take(from, end, kind)
  }

  #endOfWord(from: number): number {
    const bytes = this.#bytes
    let end = from
    while ((classes[bytes[end]!]! & word) !== 0) end++
    return end
  }

  #endOfDigits(from: number): number {
    const bytes = this.#bytes
    let end = from
    while ((classes[bytes[end]!]! & digit) !== 0) end++
    return end
  }

  #number(from: number, end: number): number {
    let value = 0
    for (let at = from; at < end; at++) value = value * 10 + this.#bytes[at]! - 0x30
    return value
  }

  /** Behind the next space of the line; `from` when there is none. */
  #behindSpace(from: number): number {
    const bytes = this.#bytes
    let at = from
    while (at < this.#end && bytes[at] !== space && bytes[at] !== lf) at++
    return bytes[at] === space ? at + 1 : from
  }

  /** Puts a mark in place of the token: its kind, whether it is a number, and in a body its length, which is counted. */
  #take(from: number, end: number, kind: number): number {
    const bytes = this.#bytes
    const token = this.#token
    token.reset()
    token.addOctets(bytes, from, end)
    this.tokens.add(kind, token.value, from, end)
    const isNumber = this.#endOfDigits(from) === end ? 1 : 0
    this.#form.addOctets(bytes, this.#done, from)
    this.#form.add(kind + kindCount * isNumber)
    if (this.#inBody) this.#form.add(end - from)
    this.#done = end
    return end - 1
  }
}

const callIdField = toWire('all-ID: ')
const tagParameter = toWire('tag=')
const branchParameter = toWire('branch=z9hG4bK')
const rportParameter = toWire('rport=')

const letter = {
  C: 0x43,
  b: 0x62,
  e: 0x65,
  f: 0x66,
  i: 0x69,
  m: 0x6d,
  o: 0x6f,
  p: 0x70,
  r: 0x72,
  s: 0x73,
  t: 0x74,
  v: 0x76,
} as const
