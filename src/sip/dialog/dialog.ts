import { parseNameAddr } from '../message/name-addr.js'
import type { SipMessage } from '../message/sip-message.js'
import { requestUriOf, type Target, targetOf } from './route-set.js'

export type DialogState = 'early' | 'confirmed' | 'terminated'

interface DialogParts {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  readonly localParty: string
  readonly remoteParty: string
  readonly routeSet: readonly string[]
  readonly remoteTarget: string
  readonly localCseq: number
  readonly remoteCseq: number
  readonly state: DialogState
}

/** What RFC 3261 12.2.2 says of a request by its CSeq number: 500 for one that is too old. */
export type CseqOrder = 'in-order' | 'too-old'

/** No request in that direction yet (RFC 3261 12.1: the sequence number is empty). */
const noCseq = -1

/** RFC 3261 12: what two user agents know of each other. The INVITE usage and subscriptions stand on it. */
export class Dialog {
  readonly callId: string
  readonly localTag: string
  /** '' for a peer of RFC 2543, which has no tag (12.1). */
  readonly remoteTag: string
  /** From value of our requests, with tag; To of theirs. */
  readonly localParty: string
  /** To value of our requests, with tag if there is one. */
  readonly remoteParty: string
  state: DialogState
  /** Number of our last request. */
  localCseq: number
  /** Number of the far side's last request in order, -1 before one. */
  remoteCseq: number
  #routeSet: readonly string[]
  #remoteTarget: string
  #target: Target | undefined = undefined
  #identityLines: string | undefined = undefined

  private constructor(parts: DialogParts) {
    this.callId = parts.callId
    this.localTag = parts.localTag
    this.remoteTag = parts.remoteTag
    this.localParty = parts.localParty
    this.remoteParty = parts.remoteParty
    this.state = parts.state
    this.localCseq = parts.localCseq
    this.remoteCseq = parts.remoteCseq
    this.#routeSet = parts.routeSet
    this.#remoteTarget = parts.remoteTarget
  }

  /**
   * RFC 3261 12.1.2: from a response with a To tag to a request of ours (101 to 299); its From, Call-ID and CSeq are
   * that request's. Each fork's response makes a dialog of its own. `localParty` is the From that was sent, when the
   * far side cannot be trusted to have copied it.
   */
  static asCaller(response: SipMessage, localParty: string = response.get('From') ?? ''): Dialog {
    return new Dialog({
      callId: response.callId,
      localTag: response.fromTag,
      remoteTag: response.toTag,
      localParty,
      remoteParty: response.get('To') ?? '',
      routeSet: response.list('Record-Route').reverse(),
      remoteTarget: contactUri(response) ?? response.to.uri,
      localCseq: response.cseq,
      remoteCseq: noCseq,
      state: response.status < 200 ? 'early' : 'confirmed',
    })
  }

  /** RFC 3261 12.1.1: from a request, with the tag that our responses carry. Early until `confirm`. */
  static asCallee(request: SipMessage, localTag: string): Dialog {
    const to = request.get('To') ?? ''
    return new Dialog({
      callId: request.callId,
      localTag,
      remoteTag: request.fromTag,
      localParty: request.toTag === '' ? `${to};tag=${localTag}` : to,
      remoteParty: request.get('From') ?? '',
      routeSet: request.list('Record-Route'),
      remoteTarget: contactUri(request) ?? request.from.uri,
      localCseq: noCseq,
      remoteCseq: request.cseq,
      state: 'early',
    })
  }

  /** Call-ID, local and remote tag (RFC 3261 12). */
  get id(): string {
    return `${this.callId} ${this.localTag} ${this.remoteTag}`
  }

  get routeSet(): readonly string[] {
    return this.#routeSet
  }

  get remoteTarget(): string {
    return this.#remoteTarget
  }

  /** Request-URI, Route values and next hop of our next request (RFC 3261 12.2.1.1). */
  get target(): Target {
    this.#target ??= targetOf(this.#routeSet, this.#remoteTarget)
    return this.#target
  }

  /** Route, From, To and Call-ID lines of our requests. */
  get identityLines(): string {
    this.#identityLines ??= this.#writeIdentityLines()
    return this.#identityLines
  }

  /** Whether a request from the far side, or a response to ours, belongs here. */
  matches(message: SipMessage): boolean {
    const [local, remote] = message.isRequest ? [message.toTag, message.fromTag] : [message.fromTag, message.toTag]
    return message.callId === this.callId && local === this.localTag && remote === this.remoteTag
  }

  /** The number for our next request other than ACK and CANCEL. A dialog that began with their request starts at 1. */
  nextCseq(): number {
    this.localCseq = this.localCseq === noCseq ? 1 : this.localCseq + 1
    return this.localCseq
  }

  /**
   * The order rule of RFC 3261 12.2.2 for a request other than ACK and CANCEL: a lower number is answered 500. An
   * equal number is too old as well: a copy would have met its transaction.
   */
  admit(request: SipMessage): CseqOrder {
    if (this.remoteCseq !== noCseq && request.cseq <= this.remoteCseq) return 'too-old'
    this.remoteCseq = request.cseq
    return 'in-order'
  }

  /**
   * A 2xx makes an early dialog a confirmed one. For the caller the route set is taken anew from it (RFC 3261
   * 13.2.2.4: a proxy of RFC 2543 may not have recorded itself in the provisional response).
   */
  confirm(response?: SipMessage): void {
    if (this.state === 'early' && response) {
      this.#routeSet = response.list('Record-Route').reverse()
      this.#forgetTarget()
    }
    if (this.state === 'early') this.state = 'confirmed'
    if (response) this.refreshTarget(response)
  }

  /** Remote target from a target refresh request or a 2xx to ours (RFC 3261 12.2.1.2, 12.2.2; RFC 3311 5.1). */
  refreshTarget(message: SipMessage): void {
    const uri = contactUri(message)
    if (uri === undefined || uri === this.#remoteTarget) return
    this.#remoteTarget = uri
    this.#forgetTarget()
  }

  terminate(): void {
    this.state = 'terminated'
  }

  #forgetTarget(): void {
    this.#target = undefined
    this.#identityLines = undefined
  }

  #writeIdentityLines(): string {
    let lines = ''
    for (const route of this.target.routes) lines += `Route: ${route}\r\n`
    return `${lines}From: ${this.localParty}\r\nTo: ${this.remoteParty}\r\nCall-ID: ${this.callId}\r\n`
  }
}

/** The URI of the one Contact that a message that makes or refreshes a dialog has. */
function contactUri(message: SipMessage): string | undefined {
  const contact = message.list('Contact')[0]
  if (contact === undefined) return undefined
  const { uri } = parseNameAddr(contact)
  return uri === '' || uri === '*' ? undefined : requestUriOf(uri)
}
