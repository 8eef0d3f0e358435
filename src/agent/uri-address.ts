import type { Address } from '../model/address.js'
import { parseUri } from '../sip/message/uri.js'

const numericHost = /^[0-9.]+$|^\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?$/

/** The addresses that URIs give in numbers. The last one is remembered: a far side's Contact repeats call after call. */
export class UriAddress {
  #uri = ''
  #address: Address | undefined

  /** Undefined when the host is a name. */
  of(uri: string): Address | undefined {
    if (uri !== this.#uri) {
      this.#uri = uri
      this.#address = read(uri)
    }
    return this.#address
  }
}

function read(uri: string): Address | undefined {
  const parsed = parseUri(uri)
  if (!parsed?.host || !numericHost.test(parsed.host)) return undefined
  return { host: parsed.host.replace(/^\[|\]$/g, ''), port: parsed.port ?? 5060 }
}
