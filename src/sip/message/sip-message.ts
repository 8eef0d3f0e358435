import type { Address } from '../../model/address.js'
import { isDigits, trimmed } from './char-class.js'
import { type CSeq, parseCseq } from './cseq.js'
import type { Defect } from './defect.js'
import { at, fieldStride, type HeadIndex, indexHead } from './head-index.js'
import type { HeaderField } from './header-field.js'
import { headerId, unknownHeader } from './header-table.js'
import { inspectMessage } from './inspection.js'
import { splitList } from './list.js'
import { emptyNameAddr, type NameAddr, parseNameAddr } from './name-addr.js'
import { plainBranch, plainTag } from './plain-value.js'
import { unfold } from './quoted.js'
import { parseStartLine, type StartLine } from './start-line.js'
import { emptyVia, parseVia, stampVia, type Via } from './via.js'
import { toBytes, toText, type Wire } from './wire.js'

const idVia = headerId('Via')
const idFrom = headerId('From')
const idTo = headerId('To')
const idCallId = headerId('Call-ID')
const idCseq = headerId('CSeq')
const idContentLength = headerId('Content-Length')

/**
 * A message over its bytes, for any bytes at all. Texts are latin1 views of the bytes. Fields are found once; their
 * values are read when they are asked for, and the defects only then too.
 */
export class SipMessage {
  /** The bytes as latin1 text. */
  readonly text: string
  readonly head: HeadIndex
  readonly isRequest: boolean
  /** '' for responses. */
  readonly method: string
  readonly requestUri: string
  /** 0 for requests. */
  readonly status: number
  readonly reason: string
  /** As written, `SIP/2.0`; '' when there is none. */
  readonly version: string
  /** When it arrived, by the clock of its receiver, as far as the transport knows. */
  readonly arrivedMs: number | undefined
  #wire: Wire
  #source: Address | undefined = undefined
  #callId: string | undefined = undefined
  #cseq: CSeq | undefined = undefined
  #from: NameAddr | undefined = undefined
  #to: NameAddr | undefined = undefined
  #fromTag: string | undefined = undefined
  #toTag: string | undefined = undefined
  #topVia: Via | undefined = undefined
  #bodyEnd = -1
  #defects: readonly Defect[] | undefined = undefined

  private constructor(wire: Wire, arrivedMs: number | undefined) {
    this.#wire = wire
    this.arrivedMs = arrivedMs
    this.text = toText(wire)
    this.head = indexHead(this.text)
    const line: StartLine = parseStartLine(this.text.slice(this.head.startLineStart, this.head.startLineEnd))
    this.isRequest = line.isRequest
    this.method = line.method
    this.requestUri = line.requestUri
    this.status = line.status
    this.reason = line.reason
    this.version = line.version
  }

  /** Keeps what it is given: whoever passes bytes must not change them afterwards. Never throws. */
  static parse(wire: Wire, arrivedMs?: number): SipMessage {
    return new SipMessage(wire, arrivedMs)
  }

  /** Made when they are asked for, where the message came as text. */
  get bytes(): Uint8Array {
    if (typeof this.#wire === 'string') this.#wire = toBytes(this.#wire)
    return this.#wire
  }

  get startLine(): string {
    return this.text.slice(this.head.startLineStart, this.head.startLineEnd)
  }

  /** The value of the first field line of that name, long or compact and in any case; unfolded and trimmed. */
  get(name: string): string | undefined {
    const id = headerId(name)
    return id === unknownHeader ? this.#getUnknown(name.toLowerCase()) : this.#getKnown(id)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** The value of every field line of that name, in order. */
  getAll(name: string): string[] {
    const id = headerId(name)
    const lower = id === unknownHeader ? name.toLowerCase() : name
    let values: string[] | undefined
    for (let i = 0; i < this.head.fields.length; i += fieldStride) {
      if (this.head.fields[i + at.id] !== id) continue
      if (id === unknownHeader && this.#nameAt(i).toLowerCase() !== lower) continue
      // Most fields stand once: an array of one is a fifth of what the first push makes room for.
      if (values === undefined) values = [this.#valueAt(i)]
      else values.push(this.#valueAt(i))
    }
    return values ?? []
  }

  /** The values of all field lines of that name, split at commas outside of quotes and `<>`. */
  list(name: string): string[] {
    const lines = this.getAll(name)
    if (lines.length === 0 || (lines.length === 1 && isSingle(lines[0] ?? ''))) return lines
    const values: string[] = []
    for (const value of lines) if (value !== '') splitList(value, values)
    return values
  }

  /** Every field line in order, as written; a line without a colon has name ''. */
  fields(): readonly HeaderField[] {
    const fields: HeaderField[] = []
    for (let i = 0; i < this.head.fields.length; i += fieldStride) {
      const start = this.head.fields[i + at.start]!
      const end = this.head.fields[i + at.end]!
      fields.push({ name: this.#nameAt(i), value: this.#valueAt(i), start, end })
    }
    return fields
  }

  get callId(): string {
    this.#callId ??= this.#getKnown(idCallId) ?? ''
    return this.#callId
  }

  /** -1 when there is none. */
  get cseq(): number {
    return this.#readCseq().number
  }

  get cseqMethod(): string {
    return this.#readCseq().method
  }

  get from(): NameAddr {
    this.#from ??= this.#readNameAddr(idFrom)
    return this.#from
  }

  get to(): NameAddr {
    this.#to ??= this.#readNameAddr(idTo)
    return this.#to
  }

  /** '' when there is none. */
  get fromTag(): string {
    this.#fromTag ??= this.#tagOf(idFrom)
    return this.#fromTag
  }

  get toTag(): string {
    this.#toTag ??= this.#tagOf(idTo)
    return this.#toTag
  }

  /** Branch of the top Via, '' when there is none: what every response is matched by. */
  get topBranch(): string {
    if (this.#topVia !== undefined) return this.#topVia.branch
    return plainBranch(this.#firstVia()) ?? this.topVia.branch
  }

  /** The first Via value; with `received` and `rport` filled in once `source` is known. */
  get topVia(): Via {
    this.#topVia ??= this.#readTopVia()
    return this.#topVia
  }

  /** The first Via value as text, stamped like `topVia`. */
  get topViaText(): string {
    const value = this.#firstVia()
    return this.#source === undefined ? value : stampVia(value, this.#source)
  }

  /** Where a request came from. Setting it stamps the top Via (RFC 3261 18.2.1, RFC 3581 4) for topVia and responses. */
  get source(): Address | undefined {
    return this.#source
  }

  set source(address: Address | undefined) {
    this.#source = address
    this.#topVia = undefined
  }

  /** The number in Content-Length; undefined when it is missing or no number. */
  get contentLength(): number | undefined {
    const value = this.#getKnown(idContentLength)
    return value !== undefined && value.length <= 10 && isDigits(value) ? Number(value) : undefined
  }

  /** What stands after the head, up to Content-Length; bytes beyond it are dropped (RFC 3261 18.3). */
  get body(): Uint8Array {
    return this.bytes.subarray(this.head.bodyStart, this.#readBodyEnd())
  }

  /** Length of the body, for those who only ask whether there is one. */
  get bodyLength(): number {
    return Math.max(0, this.#readBodyEnd() - this.head.bodyStart)
  }

  get bodyText(): string {
    return this.text.slice(this.head.bodyStart, this.#readBodyEnd())
  }

  /** What is wrong with the message, in order of offset; empty for a flawless one. */
  get defects(): readonly Defect[] {
    this.#defects ??= inspectMessage(this)
    return this.#defects
  }

  #readBodyEnd(): number {
    if (this.#bodyEnd < 0) {
      const end = this.head.bodyStart + (this.contentLength ?? this.text.length)
      this.#bodyEnd = Math.min(this.text.length, end)
    }
    return this.#bodyEnd
  }

  #readCseq(): CSeq {
    this.#cseq ??= parseCseq(this.#getKnown(idCseq) ?? '')
    return this.#cseq
  }

  #tagOf(id: number): string {
    const value = this.#getKnown(id)
    if (value === undefined) return ''
    return plainTag(value) ?? (id === idFrom ? this.from : this.to).params.get('tag') ?? ''
  }

  #readNameAddr(id: number): NameAddr {
    const value = this.#getKnown(id)
    return value === undefined ? emptyNameAddr : parseNameAddr(value)
  }

  #readTopVia(): Via {
    const value = this.topViaText
    return value === '' ? emptyVia : parseVia(value)
  }

  #firstVia(): string {
    const value = this.#getKnown(idVia) ?? ''
    return value.includes(',') ? (splitList(value)[0] ?? '') : value
  }

  #getKnown(id: number): string | undefined {
    const fields = this.head.fields
    for (let i = 0; i < fields.length; i += fieldStride) if (fields[i] === id) return this.#valueAt(i)
    return undefined
  }

  #getUnknown(lower: string): string | undefined {
    const fields = this.head.fields
    for (let i = 0; i < fields.length; i += fieldStride) {
      if (fields[i] !== unknownHeader) continue
      const length = fields[i + at.nameEnd]! - fields[i + at.start]!
      if (length === lower.length && this.#nameAt(i).toLowerCase() === lower) return this.#valueAt(i)
    }
    return undefined
  }

  #nameAt(i: number): string {
    const nameEnd = this.head.fields[i + at.nameEnd]!
    return nameEnd < 0 ? '' : this.text.slice(this.head.fields[i + at.start]!, nameEnd)
  }

  #valueAt(i: number): string {
    const value = trimmed(this.text, this.head.fields[i + at.valueStart]!, this.head.fields[i + at.end]!)
    return this.head.folded ? unfold(value) : value
  }
}

const isSingle = (value: string): boolean => value !== '' && !value.includes(',')
