import { Dialog } from '../sip/dialog/dialog.js'
import { renderDialogRequest } from '../sip/dialog/dialog-request.js'
import { ReliableReceiver, rackFor } from '../sip/dialog/reliable-provisional.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { keptWith, latin1ToUtf8 } from '../sip/message/wire.js'
import { ClientRequest, type FailedHop, type Hop, type RequestOwner, type RequestText } from './client-request.js'
import { noContent, sendInDialog } from './dialog-client.js'
import { nextInviteHop } from './invite-hop.js'
import { serviceRouteOf, writeInvite } from './invite-text.js'
import type { SentAck } from './retired-call.js'
import type { Session } from './session.js'
import { responseArrival } from './session-times.js'

export interface InviteOptions {
  readonly uri: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** INVITE without a description: the far side offers in its 200 (RFC 3261 13.2.1). */
  readonly delayedOffer: boolean
}

interface EarlyDialog {
  readonly dialog: Dialog
  readonly reliable: ReliableReceiver
}

/** RFC 3261 13.2: the caller's INVITE, its forks, and the ACK of every 2xx. */
export class InviteClient implements RequestOwner, RequestText {
  readonly method = 'INVITE'
  readonly uri: string
  body = ''
  readonly #session: Session
  readonly #options: InviteOptions
  /** One for each fork that was heard of; made with the first. */
  #early: EarlyDialog[] | undefined
  readonly #extraLines: string
  #cseq = 0
  #request: ClientRequest | undefined
  /** CSeq and To tag of the answer that made the call, and the ACK that it got. */
  #ack: SentAck | undefined
  /** To tag of the fork whose description is in use. */
  #answeredBy = ''
  #cancelled: 'meant' | 'impatient' | undefined

  constructor(session: Session, options: InviteOptions) {
    this.#session = session
    this.#options = options
    this.uri = options.uri
    this.#extraLines = options.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')
  }

  start(): void {
    const { media, phone } = this.#session
    if (phone.profile.media === 'none') {
      this.#send()
      return
    }
    void media.reserve().then((problem) => {
      if (this.#session.state !== 'calling') media.close()
      else if (problem) this.#session.fail('media', 0, problem.text)
      else this.#send()
    })
  }

  #send(): void {
    const { phone, media, flow } = this.#session
    const hop = phone.hopFor(this.#firstRoute() ?? (phone.profile.targets.length > 0 ? '' : this.uri), flow)
    if (!hop || !flow) {
      this.#session.fail('transport', 0, 'the phone has no connection')
      return
    }
    if (!this.#options.delayedOffer) this.body = media.offer({ direction: 'sendrecv' })
    this.#session.offers.invite('local', this.body !== '')
    const { stack } = phone
    this.#session.target = flow.target.name
    this.#session.times.inviteMs = stack.clock.nowMs()
    this.#request = new ClientRequest(stack.layer, this, this, hop, phone.digest, () => phone.newBranch())
    this.#request.send(false)
  }

  nextCseq(): number {
    return ++this.#cseq
  }

  render(cseq: number, branch: string, credentials: string): string {
    this.#session.trace('sent', 'INVITE')
    const { uri, body } = this
    return writeInvite(this.#session, { uri, cseq, branch, lines: this.#extraLines + credentials, body })
  }

  cancel(impatient: boolean): void {
    if (this.#session.state !== 'calling' || this.#cancelled) return
    this.#cancelled = impatient ? 'impatient' : 'meant'
    const transaction = this.#request?.transaction
    if (!transaction) {
      this.#session.fail('cancelled', 0, 'cancelled before the INVITE was sent')
      return
    }
    if (this.#request) this.#request.givenUp = true
    this.#session.trace('sent', 'CANCEL')
    // RFC 3261 9.1: what becomes of the CANCEL itself does not matter; the INVITE's final response does.
    transaction.cancel({ onResponse() {}, onTimeout() {}, onTransportFailure() {} })
  }

  onProvisional(_request: ClientRequest, response: SipMessage): void {
    const session = this.#session
    session.trace('received', `${response.status} ${response.reason}`)
    if (session.state !== 'calling') return
    session.times.provisionalMs ??= responseArrival(response, session)
    if (response.toTag !== '') this.#onEarly(response)
    session.observer?.onProgress(session, response.status)
  }

  #earlyWith(tag: string): EarlyDialog | undefined {
    return this.#early?.find(({ dialog }) => dialog.remoteTag === tag)
  }

  #onEarly(response: SipMessage): void {
    const session = this.#session
    let early = this.#earlyWith(response.toTag)
    if (!early) {
      early = { dialog: Dialog.asCaller(response), reliable: new ReliableReceiver() }
      if (this.#early) this.#early.push(early)
      else this.#early = [early]
    }
    const kind = early.reliable.receive(response)
    if (kind === 'repeated' || kind === 'out-of-order') return
    if (response.bodyLength > 0 && this.body !== '') {
      this.#applyAnswer(response, kind === 'acknowledge' ? 'reliable-1xx' : '1xx')
    }
    if (kind !== 'acknowledge') return
    session.dialog ??= early.dialog
    const headers = [{ name: 'RAck', value: rackFor(response) }]
    const content = { headers, ...this.#prackAnswer(response) }
    sendInDialog(session, { method: 'PRACK', content, dialog: early.dialog }, () => {})
  }

  /** An offer in a reliable provisional response to an INVITE without one is answered in the PRACK (RFC 3262 5). */
  #prackAnswer(response: SipMessage): { contentType: string; body: string } {
    const { media, offers } = this.#session
    const isOffer = this.body === '' && response.bodyLength > 0 && this.#answeredBy !== response.toTag
    const answer = isOffer ? media.answer(response.bodyText) : undefined
    if (!answer || 'name' in answer) return { contentType: '', body: '' }
    this.#answeredBy = response.toTag
    offers.received('reliable-1xx')
    offers.sent('PRACK')
    return { contentType: 'application/sdp', body: answer.text }
  }

  #applyAnswer(response: SipMessage, carrier: '1xx' | 'reliable-1xx' | '2xx'): string | undefined {
    const { media, offers } = this.#session
    offers.received(carrier)
    // A fork's first description is its answer; a later one of the same fork repeats it (RFC 3261 13.2.1).
    if (this.#answeredBy === response.toTag) return undefined
    this.#answeredBy = response.toTag
    const problem = media.acceptAnswer(response.bodyText)
    return problem && !media.negotiated ? problem.text : undefined
  }

  onFinal(request: ClientRequest, response: SipMessage, refusal: string): void {
    const session = this.#session
    const { status } = response
    if (status >= 200 && status < 300) {
      this.onAnswer(response)
      return
    }
    session.trace('received', `${status} ${response.reason}`)
    if (session.state !== 'calling') return
    if (status === 422 && !this.#cancelled && session.refresh.onTooSmall(response)) {
      request.again()
      return
    }
    session.times.finalMs = responseArrival(response, session)
    session.status = status
    const said = `${status} ${latin1ToUtf8(response.reason)}`
    // A challenge that crossed the CANCEL ends the INVITE as well: it is not tried again.
    if (this.#cancelled === 'meant' && (status === 487 || status === 401 || status === 407)) {
      session.end({ outcome: 'cancelled', by: 'local', status: 487, reason: '' })
    } else if (this.#cancelled === 'impatient') {
      session.fail('timeout', status, 'there was no answer within the time that the step allows')
    } else
      session.end({ outcome: 'rejected', by: 'remote', status, reason: refusal === '' ? said : `${said}: ${refusal}` })
  }

  /** Every 2xx, the first, its copies, and those of other forks (RFC 3261 13.2.2.4). */
  onAnswer(response: SipMessage): void {
    const session = this.#session
    session.trace('received', `${response.status} ${response.reason}`)
    if (this.#ack) {
      if (this.#ack.cseq !== response.cseq) return
      if (this.#ack.remoteTag === response.toTag) this.#sendAck(this.#ack.text, session.dialog)
      else this.#refuseFork(response)
      return
    }
    if (session.state !== 'calling') {
      this.#refuseFork(response)
      return
    }
    session.times.finalMs = responseArrival(response, session)
    session.status = response.status
    session.flow?.answered()
    const dialog = this.#earlyWith(response.toTag)?.dialog ?? Dialog.asCaller(response)
    dialog.confirm(response)
    session.dialog = dialog
    session.noteAllow(response)
    const { problem, answer } = this.#describe(response)
    // Kept long after the call: looking for its pieces makes one text of it, without parts of the response's, which
    // would keep all of that.
    const text = this.#ackText(dialog, response, answer)
    const remoteTag = keptWith(text, response.toTag)
    this.#ack = { remoteTag, cseq: response.cseq, text, nextHop: keptWith(text, dialog.target.nextHop) }
    this.#sendAck(text, dialog)
    this.#early = undefined
    this.#settle(problem, response)
  }

  #settle(problem: string | undefined, response: SipMessage): void {
    const session = this.#session
    if (problem !== undefined || this.#cancelled) {
      session.state = 'established'
      session.times.answeredMs = responseArrival(response, session)
      const ending =
        problem === undefined
          ? { outcome: 'cancelled' as const, reason: 'answered while the CANCEL was on its way' }
          : { outcome: 'media' as const, reason: problem }
      sendInDialog(session, { method: 'BYE', content: noContent }, () => {})
      session.end({ by: 'local', status: response.status, ...ending })
      return
    }
    session.refresh.onAnswer(response)
    session.established(responseArrival(response, session))
  }

  /** The description in a 2xx: the answer to our offer, or the offer that our ACK answers. */
  #describe(response: SipMessage): { problem: string | undefined; answer: string } {
    const isDescribed = response.bodyLength > 0
    const isSettled = this.#answeredBy === response.toTag
    if (this.body !== '') {
      if (!isDescribed && !isSettled) return { problem: 'the 200 has no answer to our offer', answer: '' }
      return { problem: isDescribed ? this.#applyAnswer(response, '2xx') : undefined, answer: '' }
    }
    if (isSettled) return { problem: undefined, answer: '' }
    if (!isDescribed) return { problem: 'the 200 has no offer', answer: '' }
    const { media, offers } = this.#session
    const answer = media.answer(response.bodyText)
    if ('name' in answer) return { problem: answer.text, answer: '' }
    offers.received('2xx')
    offers.sent('ACK')
    return { problem: undefined, answer: answer.text }
  }

  #ackText(dialog: Dialog, response: SipMessage, answer: string): string {
    const { phone, flow } = this.#session
    return renderDialogRequest(dialog, {
      method: 'ACK',
      cseq: response.cseq,
      branch: phone.newBranch(),
      viaToken: phone.viaToken,
      sentBy: flow?.sentBy ?? '',
      // RFC 3261 22.1: an ACK carries the credentials of its INVITE.
      lines: this.#request?.lastCredentials,
      contentType: answer === '' ? undefined : 'application/sdp',
      body: answer,
    })
  }

  #sendAck(text: string, dialog: Dialog | undefined): void {
    if (dialog) this.#session.sendPlain(text, dialog.target.nextHop, 'ACK')
  }

  /** Another fork answered as well, or the call is over: it is acknowledged and hung up. */
  #refuseFork(response: SipMessage): void {
    const dialog = Dialog.asCaller(response)
    this.#sendAck(this.#ackText(dialog, response, ''), dialog)
    sendInDialog(this.#session, { method: 'BYE', content: noContent, dialog }, () => {})
  }

  // The call is over, and what a copy of a 2xx needs is given away: the transaction, which only waits for these, can go.
  // One with another final response forgets us; without any a 2xx may still come, to be hung up by us.
  release(): SentAck | undefined {
    const transaction = this.#request?.transaction
    if (this.#ack) transaction?.abandon()
    else if (transaction && transaction.finalStatus > 0) transaction.user = undefined
    return this.#ack
  }

  nextHop(request: ClientRequest, cause: FailedHop): Hop | undefined {
    return this.#session.state === 'calling' ? nextInviteHop(this.#session, request, cause) : undefined
  }

  onFailed(_request: ClientRequest, kind: 'timeout' | 'transport', text: string): void {
    if (this.#session.state !== 'calling') return
    if (this.#cancelled === 'meant' && kind === 'timeout') {
      this.#session.fail('timeout', 0, 'the CANCEL did not end the INVITE')
    } else this.#session.fail(kind, 0, text)
  }

  #firstRoute(): string | undefined {
    return serviceRouteOf(this.#session)[0]?.replace(/^.*<|>.*$/g, '')
  }
}
