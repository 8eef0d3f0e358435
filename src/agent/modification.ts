import { after, type Timer } from '../base/clock.js'
import { Acceptance, type AcceptanceUser } from '../sip/dialog/accept.js'
import { renderDialogRequest } from '../sip/dialog/dialog-request.js'
import { type Admission, Glare } from '../sip/dialog/glare.js'
import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import { answer } from './bare-answer.js'
import type { ClientRequest } from './client-request.js'
import { sendInDialog } from './dialog-client.js'
import { endForMedia } from './media-failure.js'
import type { OfferWish } from './offer-wish.js'
import type { SentAck } from './retired-call.js'
import type { Session } from './session.js'
import type { MediaProblem } from './session-media.js'

type Done = (status: number) => void

const BUSY_RETRY_MS = 100
const GLARE_RETRIES = 5
const pending: Admission = { kind: 'pending', status: 491 }

/** Changes of an established session, from either side: re-INVITE (RFC 3261 14) and UPDATE (RFC 3311). */
export class Modification implements AcceptanceUser {
  readonly #session: Session
  readonly #glare: Glare
  readonly #acceptance: Acceptance
  #retry: Timer | undefined
  /** CSeq of their re-INVITE whose ACK is awaited. */
  #awaitedAck = -1
  #answerText: string | undefined
  #transaction: ServerTransaction | undefined
  /** The ACK of our last re-INVITE, for copies of its 2xx. */
  #ack: SentAck | undefined
  /** Our last re-INVITE. */
  #request: ClientRequest | undefined

  constructor(session: Session) {
    this.#session = session
    const { stack } = session.phone
    this.#glare = new Glare(stack.rng)
    this.#acceptance = new Acceptance(stack.clock, stack.timers, this)
  }

  /** Offers a new direction, other codecs or new keys; `done` hears the final status, 0 for none. */
  offer(method: 'INVITE' | 'UPDATE', wish: OfferWish, done: Done): void {
    this.#try(method, wish, done, GLARE_RETRIES)
  }

  /** Refreshes the session timer: UPDATE without a description, or a re-INVITE that offers the same again. */
  refresh(): void {
    const { media, dialog } = this.#session
    if (this.#session.state !== 'established' || !dialog) return
    if (this.#session.peerAllows('UPDATE')) {
      const lines = (): string => this.#session.refresh.requestLines()
      const content = { headers: [], contentType: '', body: '' }
      sendInDialog(this.#session, { method: 'UPDATE', content, lines }, (status, response) => {
        if (response && status >= 200 && status < 300) this.#session.refresh.onAnswer(response)
        else if (response && status === 422 && this.#session.refresh.onTooSmall(response)) this.refresh()
        else this.#refreshFailed(status)
      })
    } else this.offer('INVITE', { direction: media.direction }, (status) => this.#refreshFailed(status))
  }

  /** RFC 4028 10: 408 and 481 (and no answer) end the session; other refusals leave it until it expires. */
  #refreshFailed(status: number): void {
    if (status !== 0 && status !== 408 && status !== 481) return
    this.#session.giveUp(`the session refresh met ${status === 0 ? 'no answer' : status}`)
  }

  #try(method: 'INVITE' | 'UPDATE', wish: OfferWish, done: Done, retries: number): void {
    const session = this.#session
    if (session.state !== 'established') {
      done(0)
      return
    }
    if (!this.#glare.mayStart || session.awaitingAck || !session.offers.mayOffer) {
      this.#later(BUSY_RETRY_MS, () => this.#try(method, wish, done, retries))
      return
    }
    this.#glare.start()
    if (method === 'INVITE') session.offers.invite('local', true)
    else session.offers.sent('UPDATE')
    const body = session.media.offer(wish)
    const content = { headers: [], contentType: 'application/sdp', body }
    const lines = (): string => session.refresh.requestLines()
    let request: ClientRequest | undefined
    let settled = false
    const end = (status: number, response: SipMessage | undefined): void => {
      if (settled) {
        this.#again(response)
        return
      }
      if (status === 422 && response && session.refresh.onTooSmall(response)) {
        request?.again()
        return
      }
      settled = true
      this.#glare.finish()
      this.#settle(method, status, response, { wish, done, retries })
    }
    request = sendInDialog(session, { method, content, lines }, end)
    if (method === 'INVITE') this.#request = request
  }

  #settle(
    method: 'INVITE' | 'UPDATE',
    status: number,
    response: SipMessage | undefined,
    { wish, done, retries }: { readonly wish: OfferWish; readonly done: Done; readonly retries: number },
  ): void {
    const session = this.#session
    if (response && status >= 200 && status < 300) {
      session.dialog?.refreshTarget(response)
      const problem = this.#takeAnswer(method, response)
      if (method === 'INVITE') this.#acknowledge(response)
      session.refresh.onAnswer(response)
      // Who asked for other codecs must have them; of other changes what can flow does.
      if (problem && wish.codecs) endForMedia(session, problem)
      else done(status)
      return
    }
    session.offers.rollBack()
    session.media.rollBack()
    if (status === 491 && retries > 0 && session.state === 'established') {
      const delayMs = this.#glare.retryDelayMs(session.role === 'caller')
      this.#later(delayMs, () => this.#try(method, wish, done, retries - 1))
    } else done(status)
  }

  #takeAnswer(method: 'INVITE' | 'UPDATE', response: SipMessage): MediaProblem | undefined {
    const { offers, media } = this.#session
    if (response.body.length > 0) {
      offers.received(method === 'INVITE' ? '2xx' : 'UPDATE-2xx')
      return media.acceptAnswer(response.bodyText)
    }
    offers.rollBack()
    return undefined
  }

  #acknowledge(response: SipMessage): void {
    const { dialog, phone, flow } = this.#session
    if (!dialog) return
    const text = renderDialogRequest(dialog, {
      method: 'ACK',
      cseq: response.cseq,
      branch: phone.newBranch(),
      viaToken: phone.viaToken,
      sentBy: flow?.sentBy ?? '',
      // RFC 3261 13.2.2.4: with the credentials of its INVITE.
      lines: this.#request?.lastCredentials,
    })
    this.#ack = { remoteTag: response.toTag, cseq: response.cseq, text, nextHop: dialog.target.nextHop }
    this.#session.sendPlain(text, dialog.target.nextHop, 'ACK')
  }

  /** A copy of a 2xx that was acknowledged already (RFC 3261 13.2.2.4). */
  #again(response: SipMessage | undefined): void {
    const { dialog } = this.#session
    if (!response || !dialog || this.#ack?.cseq !== response.cseq) return
    this.#session.sendPlain(this.#ack.text, dialog.target.nextHop, 'ACK')
  }

  /** Their re-INVITE or UPDATE. */
  onRequest(transaction: ServerTransaction, request: SipMessage): void {
    const session = this.#session
    const admission = this.#admit(request)
    if (admission.kind !== 'take') {
      const lines = admission.kind === 'busy' ? `Retry-After: ${admission.retryAfterSeconds}\r\n` : ''
      transaction.respond(admission.status, writeResponse(request, admission.status, '', { lines }))
      session.trace('sent', String(admission.status))
      return
    }
    this.#take(transaction, request)
    if (request.method === 'UPDATE') this.#glare.updateAnswered()
    else this.#glare.answered()
  }

  /** RFC 3261 14.2, and RFC 3311 5.2 for an UPDATE, which may collide only by what it offers. */
  #admit(request: SipMessage): Admission {
    if (request.method === 'UPDATE') return this.#glare.admitUpdate(this.#session.offers, request.body.length > 0)
    // The INVITE that begins the session has no final response yet.
    if (this.#session.state === 'ringing') return this.#glare.busy()
    return this.#acceptance.waiting ? pending : this.#glare.admit()
  }

  #take(transaction: ServerTransaction, request: SipMessage): void {
    const timer = this.#session.refresh.answer(request)
    if (timer.kind === 'too-small') {
      transaction.respond(422, writeResponse(request, 422, '', { lines: timer.lines }))
      return
    }
    const description = this.#describe(request)
    if (description === undefined) answer(transaction, request, 488, 'Not Acceptable Here')
    else this.#accept(transaction, request, description, timer.lines)
  }

  /** Our side's description: the answer to theirs, an offer when an INVITE has none, nothing for a bare UPDATE. */
  #describe(request: SipMessage): string | undefined {
    const { media } = this.#session
    if (request.body.length > 0) {
      const result = media.answer(request.bodyText)
      return 'name' in result ? undefined : result.text
    }
    if (request.method === 'UPDATE') return ''
    return media.offer({ direction: 'sendrecv' })
  }

  #accept(transaction: ServerTransaction, request: SipMessage, description: string, timerLines: string): void {
    const session = this.#session
    const { phone, flow } = session
    session.dialog?.refreshTarget(request)
    const lines = `Contact: ${flow ? phone.contact(flow, session.dialog?.remoteTarget ?? '') : ''}\r\n${phone.capabilities.lines}${timerLines}`
    const text = writeResponse(request, 200, 'OK', { lines, contentType: 'application/sdp', body: description })
    this.#noteDescriptions(request, description)
    this.#answerText = text
    this.#transaction = transaction
    transaction.respond(200, this.#answerText)
    session.trace('sent', `200 OK (${request.method})`)
    session.refresh.onAnswered()
    if (request.method !== 'INVITE') return
    this.#awaitedAck = request.cseq
    this.#acceptance.start()
  }

  #noteDescriptions(request: SipMessage, ours: string): void {
    const { offers } = this.#session
    const isOffered = request.body.length > 0
    if (request.method === 'INVITE') offers.invite('remote', isOffered)
    else if (isOffered) offers.received('UPDATE')
    if (ours !== '') offers.sent(request.method === 'INVITE' ? '2xx' : 'UPDATE-2xx')
  }

  /** True when the ACK belongs to their re-INVITE. */
  onAck(ack: SipMessage): boolean {
    if (ack.cseq !== this.#awaitedAck) return false
    this.#acceptance.stop()
    const { offers, media } = this.#session
    if (offers.awaitingAnswer && ack.body.length > 0) {
      offers.received('ACK')
      media.acceptAnswer(ack.bodyText)
    } else if (offers.awaitingAnswer) offers.rollBack()
    return true
  }

  repeatAnswer(): void {
    if (this.#answerText) this.#transaction?.respond(200, this.#answerText)
  }

  /** RFC 3261 14.2. */
  onAckTimeout(): void {
    this.#session.giveUp('our 200 to a re-INVITE was never acknowledged')
  }

  stop(): void {
    this.#acceptance.stop()
    if (this.#retry) this.#session.phone.stack.clock.disarm(this.#retry)
  }

  /** The call is over: our re-INVITE's transaction forgets us, and what a copy of its 2xx needs is given away. */
  release(): SentAck | undefined {
    const transaction = this.#request?.transaction
    if (transaction && transaction.finalStatus > 0) transaction.user = undefined
    return this.#ack
  }

  #later(delayMs: number, run: () => void): void {
    this.#retry = after(this.#session.phone.stack.clock, delayMs, run)
  }
}
