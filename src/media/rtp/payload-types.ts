import type { RtpFormat } from '../../model/codec.js'

/** RFC 3551 table 4 and RFC 3389: comfort noise for codecs of 8000 Hz. */
const comfortNoiseType = 13
/** Longest payload with which codecs say that nothing is said: Opus 2 bytes or less (RFC 6716 2.1.9), G.729 B 2. */
const silenceBytes = 2

/** What the packets of a payload type carry, by number. */
const audio = 0
const comfortNoise = 1
const event = 2
const unnamed = 3

/** Streams of a run are described in a few ways; a far side that thinks of ever new ones shall not fill the memory. */
const mostKnown = 1000
const known = new Map<string, PayloadTypes>()

/** What a receiver knows of each payload type. Never changes: streams that are described alike share it. */
export class PayloadTypes {
  /** Units of the timestamp a millisecond, by payload type. */
  readonly clocks: Float64Array = new Float64Array(128)
  /** 0 audio, 1 comfort noise, 2 telephone-event, 3 what was not agreed on, by payload type. */
  readonly kinds: Uint8Array = new Uint8Array(128).fill(unnamed)
  readonly #encodings: (RtpFormat['encoding'] | undefined)[] = new Array(128).fill(undefined)

  /** Payload types that `formats` does not name count as audio of `clockRate`. */
  constructor(formats: readonly RtpFormat[], clockRate: number) {
    this.clocks.fill(clockRate / 1000)
    this.#name(comfortNoiseType, 'CN')
    for (const format of formats) {
      this.clocks[format.payloadType] = format.clockRate / 1000
      this.#name(format.payloadType, format.encoding)
    }
  }

  /** As the constructor makes it, the same for the same formats. */
  static of(formats: readonly RtpFormat[], clockRate: number): PayloadTypes {
    let key = `${clockRate}`
    for (const format of formats) key += ` ${format.payloadType} ${format.encoding} ${format.clockRate}`
    let types = known.get(key)
    if (types === undefined) {
      if (known.size >= mostKnown) known.clear()
      types = new PayloadTypes(formats, clockRate)
      known.set(key, types)
    }
    return types
  }

  unitsPerMs(payloadType: number): number {
    return this.clocks[payloadType] ?? 8
  }

  /** Whether a payload of so many bytes describes silence. */
  isSilence(payloadType: number, bytes: number): boolean {
    const kind = this.kinds[payloadType]
    return kind === comfortNoise || (bytes <= silenceBytes && kind !== event)
  }

  isEvent(payloadType: number): boolean {
    return this.kinds[payloadType] === event
  }

  /** Undefined for one that no format names. */
  encoding(payloadType: number): RtpFormat['encoding'] | undefined {
    return this.#encodings[payloadType]
  }

  #name(payloadType: number, encoding: RtpFormat['encoding']): void {
    this.#encodings[payloadType] = encoding
    this.kinds[payloadType] = encoding === 'CN' ? comfortNoise : encoding === 'telephone-event' ? event : audio
  }
}
