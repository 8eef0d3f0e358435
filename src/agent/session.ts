import { type Address, formatAddress } from '../model/address.js'
import type { Outcome } from '../model/outcome.js'
import { Dialog } from '../sip/dialog/dialog.js'
import { OfferAnswer } from '../sip/dialog/offer-answer.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import type { Channel } from '../transport/transport.js'
import { sendInDialog } from './dialog-client.js'
import { serveInDialog } from './dialog-server.js'
import type { Flow } from './flow.js'
import { InviteClient, type InviteOptions } from './invite-client.js'
import { InviteServer } from './invite-server.js'
import { localHost } from './local-host.js'
import { endForMedia } from './media-failure.js'
import { Modification } from './modification.js'
import type { RequestContent } from './out-of-dialog.js'
import type { Phone } from './phone.js'
import { Referral } from './referral.js'
import { RetiredCall } from './retired-call.js'
import { SessionMedia } from './session-media.js'
import type { Ending, SessionObserver } from './session-observer.js'
import { SessionRefresh } from './session-refresh.js'
import { arrivalOf, noTimes } from './session-times.js'

export type SessionState = 'idle' | 'calling' | 'ringing' | 'established' | 'ending' | 'ended'

/** One INVITE session of a phone, in either role, from the first INVITE to the answered BYE, with its media. */
export class Session {
  readonly phone: Phone
  readonly role: 'caller' | 'callee'
  observer: SessionObserver | undefined
  state: SessionState = 'idle'
  callId = ''
  localTag = ''
  dialog: Dialog | undefined
  flow: Flow | undefined
  /** Final status of the INVITE, 0 before it. */
  status = 0
  readonly times = noTimes()
  /** Caller: name of the target that its INVITE was last sent to. */
  target = ''
  media: SessionMedia
  /** Whose turn it is in the exchange of offers and answers. */
  readonly offers = new OfferAnswer()
  readonly refresh: SessionRefresh
  /** Made when first needed: most calls are neither modified nor transferred. */
  #modification: Modification | undefined
  #referral: Referral | undefined
  #client: InviteClient | undefined
  #server: InviteServer | undefined
  #digits = ''
  #remote: Address | undefined
  #remoteText = ''
  #leaving = false
  #peerMethods: readonly string[] = []
  #why = ''

  constructor(phone: Phone, role: 'caller' | 'callee', observer: SessionObserver | undefined) {
    this.phone = phone
    this.role = role
    this.observer = observer
    this.flow = phone.flow
    this.media = this.#newMedia()
    this.refresh = new SessionRefresh(this)
  }

  get modification(): Modification {
    this.#modification ??= new Modification(this)
    return this.#modification
  }

  get referral(): Referral {
    this.#referral ??= new Referral(this)
    return this.#referral
  }

  get channel(): Channel | undefined {
    return this.#server?.channel ?? this.flow?.channel
  }

  /** Where this leg's messages go. */
  get remoteText(): string {
    const remote = this.channel?.remote ?? this.flow?.target.address
    if (remote !== this.#remote) {
      this.#remote = remote
      this.#remoteText = remote ? formatAddress(remote) : ''
    }
    return this.#remoteText
  }

  /** Our 200 has not been acknowledged yet. */
  get awaitingAck(): boolean {
    return this.#server?.awaitingAck ?? false
  }

  get nowMs(): number {
    return this.phone.stack.clock.nowMs()
  }

  /** Caller: places the call. */
  invite(options: InviteOptions): void {
    const { stack } = this.phone
    this.callId = `${stack.rng.token()}${stack.rng.token()}`
    this.localTag = stack.rng.token()
    this.state = 'calling'
    stack.addSession(this)
    this.#client = new InviteClient(this, options)
    const client = this.#client
    this.phone.callSockets.start(this, () => client.start())
  }

  /** Caller: gives up; `impatient` when it did not mean to. */
  cancel(impatient: boolean): void {
    this.#client?.cancel(impatient)
  }

  /** Callee: takes the INVITE; false when it was refused at once. */
  accept(transaction: ServerTransaction, request: SipMessage): boolean {
    this.callId = request.callId
    this.localTag = transaction.localTag
    this.state = 'ringing'
    this.flow = this.phone.flowOver(transaction.channel as Channel, transaction.from)
    this.media = this.#newMedia(localHost(transaction.channel.local.host, request))
    this.dialog = Dialog.asCallee(request, this.localTag)
    this.#server = new InviteServer(this, transaction, request)
    this.noteAllow(request)
    if (!this.#server.start()) return false
    this.phone.stack.addSession(this)
    return true
  }

  /** Callee: whoever takes the call is told from its INVITE on. */
  observe(observer: SessionObserver): void {
    this.observer = observer
    this.trace('received', 'INVITE')
  }

  ring(status: number, earlyMedia: boolean): void {
    this.#server?.ring(status, earlyMedia)
  }

  answer(): void {
    this.#server?.answer()
  }

  reject(status: number, reason: string | undefined, headers: RequestContent['headers']): void {
    this.#server?.reject(status, reason, headers)
  }

  /** Ends an answered call (RFC 3261 15); a callee waits for the ACK first. */
  bye(headers: RequestContent['headers']): void {
    if (this.awaitingAck) {
      this.#leaving = true
      return
    }
    if (this.state !== 'established') return
    this.state = 'ending'
    this.times.byeSentMs = this.nowMs
    this.refresh.stop()
    // RFC 3261 15.1.1: no media is sent or listened for once the BYE is on its way.
    this.media.close()
    sendInDialog(this, { method: 'BYE', content: { headers, contentType: '', body: '' } }, (status, response, why) => {
      if (this.state === 'ended') return
      if (response && status >= 200 && status < 300) {
        this.times.byeAnsweredMs = arrivalOf(response, this.nowMs, this.times.byeSentMs)
        this.end({ outcome: 'completed', by: 'local', status, reason: this.#why })
      } else this.fail('bye-failed', status, `BYE was answered ${status === 0 ? `by nobody: ${why}` : status}`)
    })
  }

  /** Ends the session by whatever means its state wants: CANCEL, BYE or a refusal. */
  hangUp(): void {
    if (this.state === 'calling') this.cancel(false)
    else if (this.state === 'ringing' && !this.awaitingAck) this.reject(480, undefined, [])
    else this.bye([])
  }

  /** Hangs up for a reason that lies in the session itself and not in what its owner wants. */
  giveUp(reason: string): void {
    this.#why = reason
    this.hangUp()
  }

  /** Forgets the session without a word to the far side. */
  abandon(reason: string): void {
    if (this.state !== 'ended') this.fail('transport', 0, reason)
  }

  modify(...change: Parameters<Modification['offer']>): void {
    this.modification.offer(...change)
  }

  refer(to: string, done: (status: number) => void): void {
    this.referral.refer(to, done)
  }

  request(method: string, content: RequestContent, done: (status: number) => void): void {
    sendInDialog(this, { method, content }, (status) => done(status))
  }

  dtmf(digits: string, toneMs: number, pauseMs: number): boolean {
    return this.media.dtmf(digits, toneMs, pauseMs)
  }

  /** Digits by RTP and by INFO. */
  dtmfReceived(): string {
    return this.#digits + this.media.dtmfReceived()
  }

  /** Whether the far side listed the method in Allow. */
  peerAllows(method: string): boolean {
    return this.#peerMethods.includes(method)
  }

  noteAllow(message: SipMessage): void {
    const methods = message.list('Allow')
    if (methods.length > 0) this.#peerMethods = methods
  }

  noteDigit(digit: string): void {
    this.#digits += digit
    this.observer?.onDtmf(this, digit)
  }

  onRequest(transaction: ServerTransaction, request: SipMessage): void {
    this.trace('received', request.method)
    serveInDialog(this, transaction, request)
  }

  /** PRACK for a provisional response of ours. */
  onPrack(transaction: ServerTransaction, request: SipMessage): void {
    this.#server?.onPrack(transaction, request)
  }

  onAck(ack: SipMessage): void {
    this.trace('received', 'ACK')
    if (this.#modification?.onAck(ack)) return
    this.#server?.onAck(ack)
  }

  onLateResponse(response: SipMessage): boolean {
    if (response.cseqMethod !== 'INVITE') return false
    this.#client?.onAnswer(response)
    return true
  }

  /** The call is up, from either role's point of view. */
  established(nowMs: number): void {
    this.times.answeredMs ??= nowMs
    this.state = 'established'
    this.observer?.onAnswered(this)
    if (this.#leaving) this.bye([])
    this.media.markAnswered(nowMs)
  }

  end(ending: Ending): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.refresh.stop()
    this.#modification?.stop()
    this.#referral?.stop()
    this.#server?.stop()
    this.dialog?.terminate()
    this.media.close()
    if (this.role === 'callee') this.phone.forget(this.callId, this.dialog?.remoteTag ?? '')
    this.#retire()
    this.phone.callSockets.release(this.flow)
    this.observer?.onEnded(this, ending)
  }

  /** A 2xx that was acknowledged leaves something behind for its copies, and nothing else does. */
  #retire(): void {
    const { stack } = this.phone
    const ack = this.#client?.release()
    const last = this.#modification?.release()
    if (ack || last) stack.retire(new RetiredCall(this.phone, this.flow, this.callId, this.localTag, ack, last))
    else stack.removeSession(this)
  }

  fail(outcome: Outcome, status: number, reason: string): void {
    this.end({ outcome, by: 'failure', status, reason })
  }

  trace(direction: 'sent' | 'received', summary: string): void {
    this.observer?.onTrace(this, direction, summary)
  }

  /** Sends bytes that have no transaction: the ACK of a 2xx. */
  sendPlain(text: string, uri: string, summary: string): void {
    const hop = this.phone.hopFor(uri, this.flow)
    hop?.channel.send(text, hop.to)
    if (hop) this.trace('sent', summary)
  }

  #newMedia(host?: string): SessionMedia {
    const local = host ?? this.flow?.channel?.local.host ?? '127.0.0.1'
    const { stack, profile } = this.phone
    return new SessionMedia(stack, profile, local, this.role, (problem) => endForMedia(this, problem))
  }
}
