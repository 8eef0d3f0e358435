import { joinHashes } from './number-hash.js'

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

const firstPrime = 0x0100_0193
const secondPrime = 0x85eb_ca6b

/**
 * Takes out of a message what is its own alone: branches, tags, Call-IDs, users, ports and the numbers of session
 * descriptions. What is left is its form; two messages of one form differ in these tokens only, and no rule asks of a
 * token more than whether it is the same as another one, its kind, and whether it is a number.
 */
export class FormScanner {
  /** Tokens of the last message in order: a hash, their kinds, and where they stand. */
  readonly hashes: number[] = []
  readonly kinds: number[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []
  #text = ''
  #first = 0
  #second = 0
  /** What of the text is in the hashes already. */
  #done = 0
  #line = 0
  #isLineNamed = false
  #viaSeen = false
  #inBody = false

  /** A number for the form of a message, or undefined when it has none that would be met again. */
  scan(text: string): number | undefined {
    if (text.length > longestText) return undefined
    this.#start(text)
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if ((classes[code]! & interesting) === 0) continue
      if (code === lf) at = this.#lineStart(at)
      else if (code === colon) at = this.#colon(at)
      else if (code === semicolon) at = this.#parameter(at)
      else if (code === equals) at = this.#quoted(at)
      else return undefined
    }
    this.#addText(text.length)
    this.#add(text.length > longestDatagram ? 1 : 0)
    return joinHashes(this.#first, this.#second)
  }

  #start(text: string): void {
    this.hashes.length = 0
    this.kinds.length = 0
    this.starts.length = 0
    this.ends.length = 0
    this.#text = text
    this.#first = 0x811c_9dc5
    this.#second = 0
    this.#done = 0
    this.#line = 0
    // The start line has no name before its first colon.
    this.#isLineNamed = true
    this.#viaSeen = false
    this.#inBody = false
  }

  /** Takes the text up to `end` into the form. */
  #addText(end: number): void {
    const text = this.#text
    let first = this.#first
    let second = this.#second
    for (let at = this.#done; at < end; at++) {
      const code = text.charCodeAt(at)
      first = Math.imul(first ^ code, firstPrime)
      second = Math.imul(second + code, secondPrime) ^ (second >>> 15)
    }
    this.#first = first
    this.#second = second
    this.#done = end
  }

  #add(value: number): void {
    this.#first = Math.imul(this.#first ^ (value + 0x100), firstPrime)
    this.#second = Math.imul(this.#second + value + 0x100, secondPrime)
  }

  /** Each returns where to look on, less one. */
  #lineStart(at: number): number {
    const text = this.#text
    const first = text.charCodeAt(at + 1)
    if (this.#inBody) {
      if (text.charCodeAt(at + 2) !== equals) return at
      if (first === letter.o) return this.#origin(at + 3)
      return first === letter.m ? this.#media(at + 3) : at + 2
    }
    this.#line = first | 0x20
    this.#isLineNamed = false
    if (first === cr || first === lf) this.#inBody = true
    else if (first === letter.C && text.startsWith('all-ID: ', at + 2)) return this.#callId(at + 10)
    return at
  }

  #callId(from: number): number {
    this.#isLineNamed = true
    let end = from
    while ((classes[this.#text.charCodeAt(end)]! & word) !== 0 || this.#text.charCodeAt(end) === atSign) end++
    return this.#text.charCodeAt(end) === cr ? this.#take(from, end, tokenKind.callId) : from - 1
  }

  #parameter(at: number): number {
    if (this.#inBody) return at
    const text = this.#text
    const first = text.charCodeAt(at + 1)
    if (first === letter.t && text.startsWith('tag=', at + 1)) {
      const kind = this.#line === letter.f ? tokenKind.fromTag : tokenKind.toTag
      return this.#line === letter.f || this.#line === letter.t ? this.#word(at + 5, kind) : at
    }
    if (first === letter.b && text.startsWith('branch=z9hG4bK', at + 1)) {
      const kind = this.#viaSeen ? tokenKind.branch : tokenKind.topBranch
      this.#viaSeen = true
      return this.#word(at + 15, kind)
    }
    return first === letter.r && text.startsWith('rport=', at + 1) ? this.#port(at + 7, tokenKind.port) : at
  }

  /** `sip:user@` and `host:port`; the first colon of a line ends its name. */
  #colon(at: number): number {
    if (this.#inBody) return at
    if (!this.#isLineNamed) {
      this.#isLineNamed = true
      return at
    }
    const text = this.#text
    if (this.#isScheme(at)) {
      const end = this.#endOfWord(at + 1)
      return text.charCodeAt(end) === atSign && end > at + 1 ? this.#take(at + 1, end, tokenKind.user) : at
    }
    return this.#port(at + 1, this.#line === letter.v && !this.#viaSeen ? tokenKind.viaPort : tokenKind.port)
  }

  /** `sip` or `sips` stands before. */
  #isScheme(at: number): boolean {
    const text = this.#text
    const end = text.charCodeAt(at - 1) === letter.s ? at - 1 : at
    return (
      text.charCodeAt(end - 1) === letter.p &&
      text.charCodeAt(end - 2) === letter.i &&
      text.charCodeAt(end - 3) === letter.s
    )
  }

  /** Quoted values of digest authentication whose names end in `e`: nonce, cnonce, response, opaque, username. */
  #quoted(at: number): number {
    const text = this.#text
    if (this.#inBody || text.charCodeAt(at + 1) !== quote || text.charCodeAt(at - 1) !== letter.e) return at
    const end = this.#endOfWord(at + 2)
    return text.charCodeAt(end) === quote && end > at + 2 ? this.#take(at + 2, end, tokenKind.digest) : at
  }

  /** `o=user id version`: of the version its distance from the id is kept. */
  #origin(from: number): number {
    const text = this.#text
    const idAt = text.indexOf(' ', from) + 1
    const idEnd = this.#endOfDigits(idAt)
    const versionEnd = this.#endOfDigits(idEnd + 1)
    const isPlain = idAt > from && idEnd > idAt && text.charCodeAt(idEnd) === space && versionEnd > idEnd + 1
    if (!isPlain || versionEnd - idAt > 31 || text.charCodeAt(versionEnd) !== space) return from
    this.#take(idAt, idEnd, tokenKind.session)
    this.#add(Number(text.slice(idEnd + 1, versionEnd)) - Number(text.slice(idAt, idEnd)))
    this.#add(versionEnd - idEnd)
    this.#done = versionEnd
    return versionEnd - 1
  }

  #media(from: number): number {
    const portAt = this.#text.indexOf(' ', from) + 1
    return portAt > from ? this.#port(portAt, tokenKind.mediaPort) : from
  }

  #port(from: number, kind: number): number {
    const text = this.#text
    let end = from
    let port = 0
    while ((classes[text.charCodeAt(end)]! & digit) !== 0) port = port * 10 + text.charCodeAt(end++) - 0x30
    const isPort = port >= leastPort && port <= mostPort && !knownPorts.has(port)
    return isPort && end - from < 6 && (classes[text.charCodeAt(end)]! & word) === 0
      ? this.#take(from, end, kind)
      : from - 1
  }

  #word(from: number, kind: number): number {
    const end = this.#endOfWord(from)
    return end === from ? from - 1 : this.#take(from, end, kind)
  }

  #endOfWord(from: number): number {
    let end = from
    while ((classes[this.#text.charCodeAt(end)]! & word) !== 0) end++
    return end
  }

  #endOfDigits(from: number): number {
    let end = from
    while ((classes[this.#text.charCodeAt(end)]! & digit) !== 0) end++
    return end
  }

  /** Puts a mark in place of the token: its kind, whether it is a number, and in a body its length, which is counted. */
  #take(from: number, end: number, kind: number): number {
    const text = this.#text
    let isNumber = 1
    let first = 0
    let second = 0
    for (let at = from; at < end; at++) {
      const code = text.charCodeAt(at)
      if ((classes[code]! & digit) === 0) isNumber = 0
      first = Math.imul(first ^ code, firstPrime)
      second = Math.imul(second + code, secondPrime) ^ (second >>> 15)
    }
    this.hashes.push(joinHashes(first, second))
    this.kinds.push(kind)
    this.starts.push(from)
    this.ends.push(end)
    this.#addText(from)
    this.#add(kind + kindCount * isNumber)
    if (this.#inBody) this.#add(end - from)
    this.#done = end
    return end - 1
  }
}

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
