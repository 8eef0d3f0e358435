import { constants, inflateRawSync } from 'node:zlib'

/** RFC 7692 7.2.1 takes these octets off every message. */
const tail = Buffer.from([0x00, 0x00, 0xff, 0xff])
const windowBytes = 32_768
/** A SIP message is far smaller; more is a bomb. */
const mostBytes = 4 * 1_048_576
const noBytes: Buffer = Buffer.alloc(0)

/** permessage-deflate of one direction (RFC 7692): the messages before are its dictionary unless that was agreed away. */
export class MessageInflater {
  readonly #keepsContext: boolean
  #window = noBytes

  constructor(keepsContext: boolean) {
    this.#keepsContext = keepsContext
  }

  /** The message; undefined when its octets are not deflated data, or need messages that were not captured. */
  inflate(payload: Buffer): Buffer | undefined {
    const message = this.peek(payload)
    if (this.#keepsContext) this.#remember(message ?? noBytes)
    return message
  }

  /** The same without consequences for later messages. */
  peek(payload: Buffer): Buffer | undefined {
    const dictionary = this.#window.length > 0 ? { dictionary: this.#window } : {}
    try {
      return inflateRawSync(Buffer.concat([payload, tail]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: mostBytes,
        ...dictionary,
      })
    } catch {
      return undefined
    }
  }

  #remember(message: Buffer): void {
    const joined = Buffer.concat([this.#window, message])
    this.#window = Buffer.from(joined.subarray(Math.max(0, joined.length - windowBytes)))
  }
}
