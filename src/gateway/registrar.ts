import { isIP } from 'node:net'
import type { Clock } from '../base/clock.js'
import { type NameAddr, parseNameAddr } from '../sip/message/name-addr.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { parseUri, unescapeUri } from '../sip/message/uri.js'
import type { Flow } from './flow-table.js'
import { flowTowards } from './flow-towards.js'
import type { GatewayOptions } from './gateway-options.js'
import type { LegKind } from './leg-media.js'
import type { Binding, LocationTable } from './location-table.js'

/** How a REGISTER ends; `lines` are whole field lines. */
export interface RegisterAnswer {
  readonly status: number
  readonly lines: string
}

interface Wanted {
  readonly binding: Binding
  readonly replaced: Binding | undefined
  readonly expiresSeconds: number
}

const refused = (status: number, lines = ''): RegisterAnswer => ({ status, lines })

/** RFC 3261 10.3 with Path (RFC 3327), Service-Route (RFC 3608) and what outbound (RFC 5626) asks of a registrar. */
export class Registrar {
  readonly #options: GatewayOptions
  readonly #clock: Clock
  readonly #locations: LocationTable

  constructor(options: GatewayOptions, clock: Clock, locations: LocationTable) {
    this.#options = options
    this.#clock = clock
    this.#locations = locations
  }

  /** `serviceRoute` is the URI for Service-Route, undefined for none. */
  register(request: SipMessage, flow: Flow, serviceRoute: string | undefined): RegisterAnswer {
    const record = parseUri(request.to.uri)
    if (!record || record.user === '') return refused(404)
    const domain = record.host.toLowerCase()
    // RFC 3261 10.3 step 5: an address of record of another domain than the one that is asked; our address is any of them.
    const asked = parseUri(request.requestUri)?.host.toLowerCase() ?? ''
    if (isIP(asked) === 0 && asked !== domain) return refused(404)
    const user = unescapeUri(record.user)
    const known = this.#locations.ofRecord(user, domain)
    const contacts = request.list('Contact')
    if (contacts.includes('*')) return this.#removeAll(request, contacts, known)
    const obstacle = contacts.some((contact) => /;\s*reg-id\s*=/i.test(contact)) && !isFirstHop(request)
    if (obstacle && supports(request, 'outbound')) return refused(439)
    const changes: Wanted[] = []
    for (const contact of contacts) {
      const change = this.#change(request, { user, domain, flow }, parseNameAddr(contact), known)
      if ('status' in change) return change
      changes.push(change)
    }
    // RFC 3261 10.3: all changes are made, or none.
    for (const { binding, replaced, expiresSeconds } of changes) {
      if (expiresSeconds > 0) this.#locations.put(binding, replaced)
      else if (replaced) this.#locations.remove(replaced)
    }
    return { status: 200, lines: this.#lines(request, this.#locations.ofRecord(user, domain), changes, serviceRoute) }
  }

  #removeAll(request: SipMessage, contacts: readonly string[], known: readonly Binding[]): RegisterAnswer {
    // RFC 3261 10.2.2: `*` stands alone and with Expires 0.
    if (contacts.length > 1 || request.get('Expires') !== '0') return refused(400)
    if (known.some((binding) => isOutdated(request, binding))) return refused(500)
    for (const binding of known) this.#locations.remove(binding)
    return { status: 200, lines: '' }
  }

  #change(
    request: SipMessage,
    owner: { readonly user: string; readonly domain: string; readonly flow: Flow },
    contact: NameAddr,
    known: readonly Binding[],
  ): Wanted | RegisterAnswer {
    const uri = parseUri(contact.uri)
    if (!uri) return refused(400)
    const { minExpiresSeconds, maxExpiresSeconds, defaultExpiresSeconds } = this.#options
    const asked = readSeconds(contact.params.get('expires')) ?? readSeconds(request.get('Expires'))
    const expiresSeconds = Math.min(asked ?? defaultExpiresSeconds, maxExpiresSeconds)
    if (expiresSeconds > 0 && expiresSeconds < minExpiresSeconds) {
      return refused(423, `Min-Expires: ${minExpiresSeconds}\r\n`)
    }
    const instance = contact.params.get('+sip.instance') ?? ''
    const regId = instance === '' || !isFirstHop(request) ? '' : (contact.params.get('reg-id') ?? '')
    const replaced = known.find((binding) =>
      // RFC 5626 6: with reg-id, instance and reg-id tell bindings apart and not the URI.
      regId === '' ? binding.contact === contact.uri : binding.instance === instance && binding.regId === regId,
    )
    if (replaced && isOutdated(request, replaced)) return refused(500)
    const binding: Binding = {
      user: owner.user,
      domain: owner.domain,
      contact: contact.uri,
      parameters: echoed(contact),
      flow: flowTowards(uri, owner.flow),
      expiresAtMs: this.#clock.nowMs() + expiresSeconds * 1000,
      callId: request.callId,
      cseq: request.cseq,
      instance,
      regId,
      q: Number(contact.params.get('q') ?? 1),
      media: registeredMedia(request, contact),
      path: request.list('Path'),
    }
    return { binding, replaced, expiresSeconds }
  }

  #lines(
    request: SipMessage,
    bindings: readonly Binding[],
    changes: readonly Wanted[],
    serviceRoute: string | undefined,
  ): string {
    const now = this.#clock.nowMs()
    let lines = ''
    for (const binding of bindings) {
      const expires = Math.max(0, Math.round((binding.expiresAtMs - now) / 1000))
      lines += `Contact: <${binding.contact}>${binding.parameters};expires=${expires}\r\n`
    }
    for (const path of request.list('Path')) lines += `Path: ${path}\r\n`
    // RFC 5626 6: the registrar says that it has done as outbound wants.
    if (changes.some(({ binding }) => binding.regId !== '') && supports(request, 'outbound')) {
      lines += 'Require: outbound\r\n'
    }
    if (serviceRoute !== undefined) lines += `Service-Route: <${serviceRoute}>\r\n`
    return lines
  }
}

/**
 * What the phone speaks: a feature tag of its Contact (RFC 3840), a parameter of the Contact's URI or a header says so.
 * A phone that says nothing speaks plain RTP; what the relay cannot speak passes as it is.
 */
function registeredMedia(request: SipMessage, contact: NameAddr): LegKind {
  const said =
    contact.params.get('+sip.media') ?? parseUri(contact.uri)?.params.get('media') ?? request.get('X-Media') ?? 'rtp'
  const media = said.replaceAll('"', '').toLowerCase()
  return media === 'rtp' || media === 'sdes' || media === 'webrtc' ? media : 'other'
}

/** RFC 5626 6: the phone itself, or an edge proxy that has put `ob` into its Path, stands at the other end of the flow. */
const isFirstHop = (request: SipMessage): boolean =>
  request.list('Via').length === 1 ||
  request.list('Path').some((value) => parseUri(parseNameAddr(value).uri)?.params.has('ob') === true)

const supports = (request: SipMessage, tag: string): boolean => request.list('Supported').includes(tag)

/** RFC 3261 10.3: within a Call-ID only a higher CSeq changes a binding. */
const isOutdated = (request: SipMessage, binding: Binding): boolean =>
  binding.callId === request.callId && request.cseq <= binding.cseq

function echoed(contact: NameAddr): string {
  let text = ''
  for (const [name, value] of contact.params) {
    if (name !== 'expires') text += value === '' ? `;${name}` : `;${name}=${value}`
  }
  return text
}

/** RFC 3261 20.19: what is no number counts as 3600. */
function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^\d{1,10}$/.test(text) ? Math.min(Number(text), 0xffffffff) : 3600
}
