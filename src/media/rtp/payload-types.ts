import type { RtpFormat } from '../../model/codec.js'

const audio = 0
const event = 1

/** What a receiver knows of each payload type. */
export class PayloadTypes {
  readonly #unitsPerMs = new Float64Array(128)
  readonly #kinds = new Uint8Array(128)

  /** Payload types that `formats` does not name count as audio of `clockRate`. */
  constructor(formats: readonly RtpFormat[], clockRate: number) {
    this.#unitsPerMs.fill(clockRate / 1000)
    for (const format of formats) {
      this.#unitsPerMs[format.payloadType] = format.clockRate / 1000
      this.#kinds[format.payloadType] = format.encoding === 'telephone-event' ? event : audio
    }
  }

  unitsPerMs(payloadType: number): number {
    return this.#unitsPerMs[payloadType] ?? 8
  }

  isEvent(payloadType: number): boolean {
    return this.#kinds[payloadType] === event
  }
}
