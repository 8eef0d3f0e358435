import { Acceptance, type AcceptanceUser } from '../sip/dialog/accept.js'
import { ReliableSender, type ReliableSenderUser, reliableTag } from '../sip/dialog/reliable-provisional.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { Wire } from '../sip/message/wire.js'
import type { ServerTransaction, ServerUser } from '../sip/transaction/server-transaction.js'
import type { Channel } from '../transport/transport.js'
import type { RequestContent } from './out-of-dialog.js'
import { refuseBody, refuseExtensions } from './request-refusal.js'
import type { Session } from './session.js'

/** RFC 3261 12.1.1: the URI whose SIPS makes ours one: the Request-URI, the top Record-Route, or else the Contact. */
function securedBy(request: SipMessage): string {
  const before = request.list('Record-Route')[0] ?? request.list('Contact')[0] ?? ''
  const { uri } = parseNameAddr(before)
  return uri.toLowerCase().startsWith('sips:') ? uri : request.requestUri
}

/** RFC 3261 13.3: the callee's side of an INVITE until its ACK, with reliable provisional responses (RFC 3262). */
export class InviteServer implements ServerUser, AcceptanceUser, ReliableSenderUser {
  readonly #session: Session
  readonly #transaction: ServerTransaction
  readonly #request: SipMessage
  readonly #acceptance: Acceptance
  readonly #reliable: ReliableSender
  readonly #peerReliable: boolean
  #description: string | undefined
  #mediaReady: Promise<boolean> | undefined
  /** 200 is to be sent as soon as the pending reliable response is acknowledged. */
  #answerWaits = false
  #answerText: string | undefined
  #timerLines = ''

  constructor(session: Session, transaction: ServerTransaction, request: SipMessage) {
    this.#session = session
    this.#transaction = transaction
    this.#request = request
    const { stack, profile } = session.phone
    this.#acceptance = new Acceptance(stack.clock, stack.timers, this)
    this.#reliable = new ReliableSender(stack.clock, stack.timers, stack.rng, this)
    const required = hasTag(request, 'Require')
    this.#peerReliable = required || (profile.reliableProvisionals !== 'no' && hasTag(request, 'Supported'))
    transaction.user = this
    session.offers.invite('remote', request.body.length > 0)
  }

  get channel(): Channel {
    return this.#transaction.channel as Channel
  }

  get awaitingAck(): boolean {
    return this.#acceptance.waiting
  }

  /** False when the INVITE was refused at once: an extension or a body that we lack, or an interval too small. */
  start(): boolean {
    const request = this.#request
    const refusal = refuseExtensions(request) ?? refuseBody(request)
    if (refusal) {
      this.#refuse(refusal.status, refusal.lines)
      return false
    }
    // RFC 3262 3: a callee that insists on reliable responses says so by 421 (RFC 3261 21.4.15).
    if (this.#session.phone.profile.reliableProvisionals === 'required' && !this.#peerReliable) {
      this.#refuse(421, `Require: ${reliableTag}\r\n`)
      return false
    }
    const timer = this.#session.refresh.answer(request)
    this.#timerLines = timer.lines
    if (timer.kind === 'too-small') {
      this.#refuse(422, timer.lines)
      return false
    }
    return true
  }

  #refuse(status: number, lines: string): void {
    this.#transaction.respond(status, this.#write(status, { lines }))
  }

  ring(status: number, earlyMedia: boolean): void {
    // RFC 3261 13.2.1: our offer may not stand in a response that can get lost.
    const mayDescribe = this.#peerReliable || this.#request.body.length > 0
    if (!earlyMedia || !mayDescribe || this.#session.phone.profile.media === 'none') {
      this.#provisional(status, '')
      return
    }
    void this.#prepareMedia().then((ready) => {
      if (ready && this.#session.state === 'ringing') this.#provisional(status, this.#description ?? '')
    })
  }

  #provisional(status: number, body: string): void {
    const contentType = body === '' ? undefined : 'application/sdp'
    const isReliable = this.#peerReliable && status > 100
    if (body !== '') this.#session.offers.sent(isReliable ? 'reliable-1xx' : '1xx')
    if (isReliable) {
      this.#reliable.submit(status, (rseq) => {
        const lines = `Require: 100rel\r\nRSeq: ${rseq}\r\n${this.#contactLines()}`
        return this.#write(status, { lines, contentType, body })
      })
      return
    }
    this.#transaction.respond(status, this.#write(status, { lines: this.#contactLines(), contentType, body }))
    this.#session.trace('sent', String(status))
  }

  sendProvisional(status: number, wire: Wire): void {
    this.#transaction.respond(status, wire)
    this.#session.trace('sent', `${status} (reliable)`)
  }

  /** RFC 3262 3: the INVITE is refused when a reliable response is never acknowledged. */
  onUnacknowledged(): void {
    this.#refuse(504, '')
    this.#session.fail('timeout', 504, 'no PRACK came for a reliable provisional response')
  }

  onPrack(transaction: ServerTransaction, request: SipMessage): void {
    if (!this.#reliable.acknowledge(request, this.#request.cseq)) {
      transaction.respond(481, writeResponse(request, 481, '', {}))
      return
    }
    const body = this.#describePrack(request)
    const contentType = body === '' ? undefined : 'application/sdp'
    transaction.respond(200, writeResponse(request, 200, 'OK', { contentType, body }))
    if (this.#answerWaits && !this.#reliable.pending) this.#sendAnswer()
  }

  /** RFC 3262 5: the PRACK answers the offer of our reliable response, or has an offer of its own. */
  #describePrack(request: SipMessage): string {
    const { media, offers } = this.#session
    if (request.body.length === 0) return ''
    const role = offers.received('PRACK')
    if (role === 'answer') media.acceptAnswer(request.bodyText)
    if (role !== 'offer') return ''
    const result = media.answer(request.bodyText)
    if ('name' in result) {
      offers.rollBack()
      return ''
    }
    offers.sent('PRACK-2xx')
    return result.text
  }

  answer(): void {
    if (this.#session.phone.profile.media === 'none') {
      if (this.#describe()) this.#answerWhenAllowed()
      return
    }
    void this.#prepareMedia().then((ready) => {
      if (ready && this.#session.state === 'ringing') this.#answerWhenAllowed()
    })
  }

  #answerWhenAllowed(): void {
    // RFC 3262 3: a 2xx waits for the PRACK of a response that carried a description.
    if (this.#reliable.pending) this.#answerWaits = true
    else this.#sendAnswer()
  }

  #sendAnswer(): void {
    this.#answerWaits = false
    this.#reliable.stop()
    const session = this.#session
    const lines = `${this.#contactLines()}${session.phone.capabilities.lines}${this.#timerLines}`
    // Our offer was answered by PRACK already: a description in the 200 would be a new one (RFC 3262 5).
    const body = this.#request.body.length === 0 && session.offers.established ? '' : (this.#description ?? '')
    const contentType = body === '' ? undefined : 'application/sdp'
    if (body !== '') session.offers.sent('2xx')
    this.#answerText = this.#write(200, { lines, contentType, body })
    session.status = 200
    session.times.finalMs = session.nowMs
    this.#transaction.respond(200, this.#answerText)
    session.trace('sent', '200 OK')
    this.#acceptance.start()
    session.dialog?.confirm()
    session.refresh.onAnswered()
    session.times.answeredMs = session.nowMs
  }

  /** Opens ports and works out our description once; a failure refuses the call. */
  #prepareMedia(): Promise<boolean> {
    this.#mediaReady ??= this.#session.media.reserve().then((problem) => {
      if (this.#session.state !== 'ringing') {
        this.#session.media.close()
        return false
      }
      if (!problem) return this.#describe()
      this.#refuse(500, '')
      this.#session.fail('media', 500, problem.text)
      return false
    })
    return this.#mediaReady
  }

  #describe(): boolean {
    if (this.#description !== undefined) return true
    const { media } = this.#session
    if (this.#request.body.length === 0) {
      this.#description = media.offer({ direction: 'sendrecv' })
      return true
    }
    const result = media.answer(this.#request.bodyText)
    if ('name' in result) {
      this.#refuse(488, `Warning: 304 siploadgen "${result.name}"\r\n`)
      this.#session.fail('media', 488, result.text)
      return false
    }
    this.#description = result.text
    return true
  }

  reject(status: number, reason: string | undefined, headers: RequestContent['headers']): void {
    const session = this.#session
    if (session.state !== 'ringing' || session.status !== 0) return
    this.#transaction.respond(status, this.#write(status, { headers }, reason))
    session.trace('sent', String(status))
    session.status = status
    session.end({ outcome: 'rejected', by: 'local', status, reason: `refused with ${status}` })
  }

  onAck(ack: SipMessage): void {
    if (ack.cseq !== this.#request.cseq || !this.#acceptance.stop()) return
    const session = this.#session
    if (session.offers.awaitingAnswer && ack.body.length > 0) {
      session.offers.received('ACK')
      session.media.acceptAnswer(ack.bodyText)
    }
    session.established(session.times.answeredMs ?? session.nowMs)
  }

  onCancel(): void {
    const session = this.#session
    session.trace('received', 'CANCEL')
    if (session.state !== 'ringing' || session.status !== 0) return
    this.#refuse(487, '')
    session.trace('sent', '487')
    session.status = 487
    session.end({ outcome: 'cancelled', by: 'remote', status: 487, reason: 'the caller cancelled' })
  }

  /** A refusal of ours that was never acknowledged: nothing is left to do (17.2.1). */
  onAckTimeout(): void {
    if (this.#session.status !== 200) return
    const session = this.#session
    session.state = 'established'
    session.phone.stack.count('no ACK')
    session.bye([])
    session.end({ outcome: 'no-ack', by: 'failure', status: 200, reason: 'our 200 was never acknowledged (64*T1)' })
  }

  repeatAnswer(): void {
    if (this.#answerText) this.#transaction.respond(200, this.#answerText)
  }

  onTransportFailure(_transaction: ServerTransaction, text: string): void {
    this.#session.fail('transport', 0, text)
  }

  stop(): void {
    this.#acceptance.stop()
    this.#reliable.stop()
    // The transaction lives on to absorb copies, and must not keep the session.
    this.#transaction.user = undefined
  }

  #contactLines(): string {
    const { phone, flow } = this.#session
    return flow ? `Contact: ${phone.contact(flow, securedBy(this.#request))}\r\n` : ''
  }

  #write(status: number, options: Parameters<typeof writeResponse>[3], reason = ''): string {
    return writeResponse(this.#request, status, reason, { toTag: this.#session.localTag, ...options })
  }
}

const hasTag = (request: SipMessage, header: 'Require' | 'Supported'): boolean =>
  request.list(header).some((tag) => tag.toLowerCase() === reliableTag)
