import type { Datagram } from './datagram.js'

/** Datagrams in pieces that are kept at most; the oldest goes first. */
const mostDatagrams = 2048
const mostBytes = 65_535
/** RFC 791 3.2 and RFC 8200 4.5 give up after so long. */
const patienceMs = 60_000

/** A datagram that lacks fragments. */
export interface LostDatagram {
  readonly source: number
  readonly destination: number
  readonly fromMs: number
  readonly toMs: number
  readonly frame: number
}

interface Piece {
  readonly from: number
  readonly bytes: Buffer
}

interface Assembly {
  readonly source: number
  readonly destination: number
  readonly firstMs: number
  lastMs: number
  readonly frames: number[]
  readonly pieces: Piece[]
  /** Octets of the whole, known from the last fragment; -1 before. */
  total: number
  /** Protocol, hop limit: of the fragment at offset 0. */
  protocol: number
}

/** Joins the fragments of IPv4 and IPv6 datagrams; octets that came first stay. */
export class Defragmenter {
  readonly #assemblies = new Map<string, Assembly>()
  readonly #onLost: (lost: LostDatagram) => void

  constructor(onLost: (lost: LostDatagram) => void) {
    this.#onLost = onLost
  }

  /** Takes a fragment; true when `datagram` has become the whole. */
  join(datagram: Datagram): boolean {
    const key = `${datagram.source} ${datagram.destination} ${datagram.identification} ${datagram.version === 4 ? datagram.protocol : 6}`
    const assembly = this.#assemblyOf(key, datagram)
    const { fragmentOffset: from, start, end } = datagram
    if (datagram.cut || from + end - start > mostBytes) return false
    assembly.lastMs = datagram.atMs
    assembly.frames.push(datagram.frame)
    assembly.pieces.push({ from, bytes: Buffer.from(datagram.bytes.subarray(start, end)) })
    if (from === 0) assembly.protocol = datagram.protocol
    if (!datagram.moreFragments) assembly.total = from + end - start
    const whole = join(assembly)
    if (whole === undefined) return false
    this.#assemblies.delete(key)
    setWhole(datagram, assembly, whole)
    return true
  }

  /** The capture is over. */
  end(): void {
    for (const key of this.#assemblies.keys()) this.#giveUp(key)
  }

  #assemblyOf(key: string, { source, destination, atMs }: Datagram): Assembly {
    const known = this.#assemblies.get(key)
    if (known && atMs - known.firstMs <= patienceMs) return known
    if (known) this.#giveUp(key)
    const oldest = this.#assemblies.keys().next().value
    if (this.#assemblies.size >= mostDatagrams && oldest !== undefined) this.#giveUp(oldest)
    const assembly = {
      source,
      destination,
      firstMs: atMs,
      lastMs: atMs,
      frames: [],
      pieces: [],
      total: -1,
      protocol: 0,
    }
    this.#assemblies.set(key, assembly)
    return assembly
  }

  #giveUp(key: string): void {
    const assembly = this.#assemblies.get(key)
    this.#assemblies.delete(key)
    if (!assembly) return
    const { source, destination, firstMs, lastMs, frames } = assembly
    this.#onLost({ source, destination, fromMs: firstMs, toMs: lastMs, frame: frames.at(-1) ?? 0 })
  }
}

/** The whole, when the pieces cover it without a hole. */
function join({ pieces, total }: Assembly): Buffer | undefined {
  if (total < 0) return undefined
  const whole = Buffer.alloc(total)
  const order = [...pieces].sort((a, b) => a.from - b.from)
  let filled = 0
  for (const { from, bytes } of order) {
    if (from > filled) return undefined
    if (from + bytes.length <= filled) continue
    bytes.copy(whole, filled, filled - from)
    filled = from + bytes.length
  }
  return filled >= total ? whole : undefined
}

function setWhole(datagram: Datagram, assembly: Assembly, whole: Buffer): void {
  datagram.bytes = whole
  datagram.limit = whole.length
  datagram.headerAt = 0
  datagram.start = 0
  datagram.end = whole.length
  datagram.protocol = assembly.protocol
  datagram.fragmentOffset = 0
  datagram.moreFragments = false
  datagram.firstAtMs = assembly.firstMs
  datagram.frames = assembly.frames
}
