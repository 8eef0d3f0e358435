import type { Flow } from './flow.js'
import type { Phone } from './phone.js'
import { RetiredCall } from './retired-call.js'

/** A call takes about 600 octets. */
const pieceBytes = 1 << 17
/** One for each of the words before the text of an ACK. */
const [lengthWord, cseqWord, ownerWord, tagWord, tagLengthWord, hopWord, hopLengthWord, idWord, idLengthWord] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
]
const headBytes = 9 * 4

interface Owner {
  readonly phone: Phone
  readonly flow: Flow | undefined
}

/** Memory that ACKs are written into, and the same in words. */
export class Piece {
  readonly bytes = Buffer.allocUnsafeSlow(pieceBytes)
  readonly words = new Int32Array(this.bytes.buffer)
}

/**
 * Calls that ended within the same few seconds. What is left of one is nearly always its ACK, in which its ids stand as
 * well: that is written into memory that the garbage collector neither looks through nor moves, and read back only where
 * something comes for the call after all.
 */
export class RetiredGeneration {
  readonly #spare: Piece[]
  readonly #pieces: Piece[] = []
  /** Octets of all pieces that are in use, the last one with what it has left. */
  #end = 0
  /** Where a call is written, by local tag. */
  readonly #places = new Map<string, number>()
  readonly #owners: Owner[] = []
  /** Calls that are more than one ACK. */
  readonly #others = new Map<string, RetiredCall>()

  /** `spare`: pieces of former generations, which are used again. */
  constructor(spare: Piece[]) {
    this.#spare = spare
  }

  get size(): number {
    return this.#places.size + this.#others.size
  }

  add(call: RetiredCall): void {
    if (!this.#write(call)) this.#others.set(call.localTag, call)
  }

  has(localTag: string): boolean {
    return this.#places.has(localTag) || this.#others.has(localTag)
  }

  find(localTag: string): RetiredCall | undefined {
    const place = this.#places.get(localTag)
    return place === undefined ? this.#others.get(localTag) : this.#read(localTag, place)
  }

  /** Forgets all; its pieces are others' from now on. */
  moveTo(spare: Piece[]): void {
    spare.push(...this.#pieces)
    this.#pieces.length = 0
    this.#places.clear()
  }

  /** False where the call cannot be written as its ACK alone. */
  #write({ phone, flow, callId, localTag, ack, lastAck }: RetiredCall): boolean {
    if (!ack || lastAck) return false
    const { text, cseq, remoteTag, nextHop } = ack
    const [tag, hop, id] = [text.indexOf(remoteTag), text.indexOf(nextHop), text.indexOf(callId)]
    if (tag < 0 || hop < 0 || id < 0 || headBytes + text.length > pieceBytes) return false
    const place = this.#claim(headBytes + text.length)
    const { bytes, words } = this.#pieceAt(place)
    const at = place % pieceBytes
    const word = at >> 2
    words[word + lengthWord] = text.length
    words[word + cseqWord] = cseq
    words[word + ownerWord] = this.#ownerNumber(phone, flow)
    words[word + tagWord] = tag
    words[word + tagLengthWord] = remoteTag.length
    words[word + hopWord] = hop
    words[word + hopLengthWord] = nextHop.length
    words[word + idWord] = id
    words[word + idLengthWord] = callId.length
    bytes.write(text, at + headBytes, 'latin1')
    this.#places.set(localTag, place)
    return true
  }

  #read(localTag: string, place: number): RetiredCall | undefined {
    const { bytes, words } = this.#pieceAt(place)
    const at = place % pieceBytes
    const word = (index: number): number => words[(at >> 2) + index] ?? 0
    const text = bytes.toString('latin1', at + headBytes, at + headBytes + word(lengthWord))
    const part = (from: number, length: number): string => text.slice(from, from + length)
    const owner = this.#owners[word(ownerWord)]
    if (!owner) return undefined
    const ack = {
      remoteTag: part(word(tagWord), word(tagLengthWord)),
      cseq: word(cseqWord),
      text,
      nextHop: part(word(hopWord), word(hopLengthWord)),
    }
    const callId = part(word(idWord), word(idLengthWord))
    return new RetiredCall(owner.phone, owner.flow, callId, localTag, ack, undefined)
  }

  /** A place for so many octets, which begin a word and lie in one piece. */
  #claim(length: number): number {
    const inPiece = this.#end % pieceBytes
    const isFull = inPiece === 0 ? this.#end === this.#pieces.length * pieceBytes : inPiece + length > pieceBytes
    if (isFull) {
      this.#end = this.#pieces.length * pieceBytes
      this.#pieces.push(this.#spare.pop() ?? new Piece())
    }
    const place = this.#end
    this.#end += (length + 3) & ~3
    return place
  }

  #pieceAt(place: number): Piece {
    return this.#pieces[Math.floor(place / pieceBytes)] as Piece
  }

  /** Calls of one phone that end one after the other have the same. */
  #ownerNumber(phone: Phone, flow: Flow | undefined): number {
    const last = this.#owners.at(-1)
    if (last?.phone !== phone || last.flow !== flow) this.#owners.push({ phone, flow })
    return this.#owners.length - 1
  }
}
