import type { RtpFormat } from '../../model/codec.js'

/** RFC 3551 table 4 and RFC 3389: comfort noise for codecs of 8000 Hz. */
const comfortNoiseType = 13
/** Longest payload with which codecs say that nothing is said: Opus 2 bytes or less (RFC 6716 2.1.9), G.729 B 2. */
const silenceBytes = 2

/** What a receiver knows of each payload type. */
export class PayloadTypes {
  readonly #unitsPerMs = new Float64Array(128)
  readonly #encodings: (RtpFormat['encoding'] | undefined)[] = new Array(128).fill(undefined)

  /** Payload types that `formats` does not name count as audio of `clockRate`. */
  constructor(formats: readonly RtpFormat[], clockRate: number) {
    this.#unitsPerMs.fill(clockRate / 1000)
    this.#encodings[comfortNoiseType] = 'CN'
    for (const format of formats) {
      this.#unitsPerMs[format.payloadType] = format.clockRate / 1000
      this.#encodings[format.payloadType] = format.encoding
    }
  }

  unitsPerMs(payloadType: number): number {
    return this.#unitsPerMs[payloadType] ?? 8
  }

  /** Whether a payload of so many bytes describes silence. */
  isSilence(payloadType: number, bytes: number): boolean {
    const encoding = this.#encodings[payloadType]
    return encoding === 'CN' || (bytes <= silenceBytes && encoding !== 'telephone-event')
  }

  isEvent(payloadType: number): boolean {
    return this.#encodings[payloadType] === 'telephone-event'
  }

  /** Undefined for one that no format names. */
  encoding(payloadType: number): RtpFormat['encoding'] | undefined {
    return this.#encodings[payloadType]
  }
}
