import type { DigestServer, DigestVerdict } from '../sip/auth/digest-server.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { hasRepeatedField } from '../sip/message/repeated-field.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri, unescapeUri } from '../sip/message/uri.js'
import type { Flow } from './flow-table.js'
import type { GatewayOptions } from './gateway-options.js'
import type { LocationTable } from './location-table.js'

/** A request that goes no further: its final response. */
export interface Refusal {
  readonly status: number
  /** Whole field lines. */
  readonly lines: string
}

const refuse = (status: number, lines = ''): Refusal => ({ status, lines })

/** RFC 3261 16.3: what a proxy checks before it does anything; undefined when all is well. */
export function checkRequest(request: SipMessage): Refusal | undefined {
  const { callId, cseq, cseqMethod, method } = request
  if (callId === '' || cseq < 0 || cseqMethod !== method || request.from.uri === '' || request.to.uri === '') {
    return refuse(400)
  }
  if (hasRepeatedField(request.head) || request.getAll('Via').some(isTorn)) return refuse(400)
  if (request.has('Content-Length') && request.contentLength === undefined) return refuse(400)
  const scheme = request.requestUri.slice(0, request.requestUri.indexOf(':')).toLowerCase()
  if (!/^[a-z][a-z\d+.-]*$/.test(scheme)) return refuse(400)
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') return refuse(416)
  if (!parseUri(request.requestUri)) return refuse(400)
  const hops = request.get('Max-Forwards')
  if (hops !== undefined && !(/^\d+$/.test(hops) && Number(hops) <= 255)) return refuse(400)
  if (hops !== undefined && Number(hops) === 0) return refuse(483)
  if (request.bodyLength < (request.contentLength ?? 0)) return refuse(400)
  // 16.3 step 1: what decides where the request goes is well-formed.
  if (request.has('Route') && request.list('Route').some(isNoRoute)) return refuse(400)
  const required = request.list('Proxy-Require')
  if (required.length > 0) return refuse(420, `Unsupported: ${required.join(', ')}\r\n`)
  return undefined
}

/** Empty parameters or list elements (RFC 4475 3.1.2.1). */
const isTorn = (via: string): boolean => /[;,]\s*(?:[;,]|$)/.test(via)

/** RFC 3261 10.3 step 4: everybody registers for himself; credentials may name the user with his domain. */
function isOwner(request: SipMessage, username: string): boolean {
  const record = parseUri(request.to.uri)
  const user = record && unescapeUri(record.user)
  return username === user || username === `${user}@${record?.host}`
}

const isNoRoute = (value: string): boolean => parseUri(parseNameAddr(value).uri) === undefined

/** Who may pass: digest for REGISTER (RFC 3261 22.2) and for initial requests (22.3). */
export class Admission {
  readonly #options: GatewayOptions
  readonly #digest: DigestServer
  readonly #locations: LocationTable
  readonly #onChallenge: () => void

  constructor(options: GatewayOptions, digest: DigestServer, locations: LocationTable, onChallenge: () => void) {
    this.#options = options
    this.#digest = digest
    this.#locations = locations
    this.#onChallenge = onChallenge
  }

  check(request: SipMessage, flow: Flow): Refusal | undefined {
    const { algorithms, authenticate } = this.#options
    if (algorithms.length === 0) return undefined
    if (request.method === 'REGISTER') {
      if (!authenticate.register) return undefined
      const verdict = this.#digest.verify(request, 'Authorization')
      if (verdict.ok && !isOwner(request, verdict.username)) return refuse(403)
      return this.#answer(401, 'WWW-Authenticate', verdict)
    }
    if (request.toTag !== '' || !authenticate.methods.includes(request.method)) return undefined
    if (authenticate.trustRegistered && this.#isRegisteredFlow(request, flow)) return undefined
    return this.#answer(407, 'Proxy-Authenticate', this.#digest.verify(request, 'Proxy-Authorization'))
  }

  #answer(status: number, name: string, verdict: DigestVerdict): Refusal | undefined {
    if (verdict.ok) return undefined
    if (verdict.why === 'malformed') return refuse(400)
    this.#onChallenge()
    const lines = this.#digest.challenge(verdict.why === 'stale').map((value) => `${name}: ${value}\r\n`)
    return refuse(status, lines.join(''))
  }

  #isRegisteredFlow(request: SipMessage, flow: Flow): boolean {
    const from = parseUri(request.from.uri)
    if (!from) return false
    const bindings = this.#locations.find(unescapeUri(from.user), from.host.toLowerCase())
    return bindings.some(({ flow: { channel, to } }) => {
      return channel.id === flow.channel.id && to?.host === flow.to?.host && to?.port === flow.to?.port
    })
  }
}
