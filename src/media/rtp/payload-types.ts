import type { RtpFormat } from '../../model/codec.js'

/** What a receiver knows of each payload type. */
export class PayloadTypes {
  readonly #unitsPerMs = new Float64Array(128)
  readonly #encodings: (RtpFormat['encoding'] | undefined)[] = new Array(128).fill(undefined)

  /** Payload types that `formats` does not name count as audio of `clockRate`. */
  constructor(formats: readonly RtpFormat[], clockRate: number) {
    this.#unitsPerMs.fill(clockRate / 1000)
    for (const format of formats) {
      this.#unitsPerMs[format.payloadType] = format.clockRate / 1000
      this.#encodings[format.payloadType] = format.encoding
    }
  }

  unitsPerMs(payloadType: number): number {
    return this.#unitsPerMs[payloadType] ?? 8
  }

  isEvent(payloadType: number): boolean {
    return this.#encodings[payloadType] === 'telephone-event'
  }

  /** Undefined for one that no format names. */
  encoding(payloadType: number): RtpFormat['encoding'] | undefined {
    return this.#encodings[payloadType]
  }
}
