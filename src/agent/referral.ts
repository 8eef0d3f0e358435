import {
  ReferNotifier,
  ReferSubscription,
  type ReferSubscriptionUser,
  refusesSubscription,
} from '../sip/dialog/subscription.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { reasonPhrase } from '../sip/message/reason-phrase.js'
import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import { answer } from './bare-answer.js'
import { sendInDialog } from './dialog-client.js'
import type { Session } from './session.js'
import type { Ending, SessionObserver } from './session-observer.js'

/** REFER from both sides (RFC 3515): ours is followed by its NOTIFYs, theirs places the call that it asks for. */
export class Referral implements ReferSubscriptionUser {
  readonly #session: Session
  #subscription: ReferSubscription | undefined
  #done: ((status: number) => void) | undefined
  /** Within a NOTIFY, and what it said of the end. */
  #answering = false
  #final: number | undefined
  #sent = 0
  #received = 0
  #transferred: TransferredCall | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** Asks the far side to call `to`; `done` hears how its call ended up, or the status that refused the REFER. */
  refer(to: string, done: (status: number) => void): void {
    const session = this.#session
    const { stack, identity } = session.phone
    this.#done = done
    const headers = [
      { name: 'Refer-To', value: `<${to}>` },
      { name: 'Referred-By', value: `<${identity.aor}>` },
    ]
    const client = sendInDialog(
      session,
      { method: 'REFER', content: { headers, contentType: '', body: '' } },
      (status, response) => {
        if (response && status >= 200 && status < 300) this.#subscription?.onAccepted(response)
        else this.#finish(status)
      },
    )
    this.#subscription = new ReferSubscription(
      stack.clock,
      { cseq: client?.cseq ?? 0, isFirst: this.#sent++ === 0, waitMs: stack.timers.giveUpMs },
      this,
    )
  }

  onReferProgress(status: number): void {
    if (status >= 200) this.#settle(status)
  }

  onReferLost(): void {
    this.#settle(0)
  }

  /** A NOTIFY is answered first: what follows may be a BYE, for which the far side would not be ready. */
  #settle(status: number): void {
    if (this.#answering) this.#final = status
    else this.#finish(status)
  }

  #finish(status: number): void {
    const done = this.#done
    this.#done = undefined
    done?.(status)
  }

  onNotify(transaction: ServerTransaction, request: SipMessage): void {
    const subscription = this.#subscription
    this.#answering = true
    const status = subscription?.matches(request) ? subscription.receive(request) : 481
    transaction.respond(status, writeResponse(request, status, '', {}))
    this.#answering = false
    const final = this.#final
    this.#final = undefined
    if (final !== undefined) this.#finish(final)
  }

  onRefer(transaction: ServerTransaction, request: SipMessage): void {
    const session = this.#session
    const target = parseNameAddr(request.get('Refer-To') ?? '').uri.replace(/\?.*$/, '')
    if (target === '') {
      answer(transaction, request, 400, 'Refer-To is missing')
      return
    }
    // The limits of a load hold for calls that others ask for as well.
    if (session.phone.transferRefusal(target) !== undefined) {
      answer(transaction, request, 603, 'Decline')
      session.trace('sent', '603 Decline')
      return
    }
    const silent = refusesSubscription(request)
    const lines = silent ? 'Refer-Sub: false\r\n' : ''
    const { flow, phone } = session
    const contact = flow ? `Contact: ${phone.contact(flow, session.dialog?.remoteTarget ?? '')}\r\n` : ''
    transaction.respond(202, writeResponse(request, 202, 'Accepted', { lines: contact + lines }))
    session.trace('sent', '202 Accepted')
    const notifier = silent ? undefined : new ReferNotifier(phone.stack.clock, request, this.#received++ === 0)
    const notify = (status: number): void => this.#notify(notifier, status)
    notify(100)
    this.#transferred = new TransferredCall(session, notify)
    this.#transferred.place(target)
  }

  #notify(notifier: ReferNotifier | undefined, status: number): void {
    const notice = notifier?.notice(status, reasonPhrase(status))
    if (!notice || this.#session.state === 'ended') return
    const content = { headers: [], contentType: notice.contentType, body: notice.body }
    sendInDialog(this.#session, { method: 'NOTIFY', content, lines: () => notice.lines }, () => {})
  }

  stop(): void {
    this.#subscription?.stop()
    this.#finish(0)
  }
}

/** How long a call that a REFER asked for is held once it is up. */
const HELD_MS = 1_000

/** The call that a REFER asked for: it reports its final status and hangs up a moment after it was answered. */
class TransferredCall implements SessionObserver {
  readonly #origin: Session
  readonly #notify: (status: number) => void
  #reported = false

  constructor(origin: Session, notify: (status: number) => void) {
    this.#origin = origin
    this.#notify = notify
  }

  place(uri: string): void {
    this.#origin.phone.createCall(this).invite({ uri, headers: [], delayedOffer: false })
  }

  onProgress(_session: Session, status: number): void {
    this.#notify(status)
  }

  onAnswered(session: Session): void {
    this.#report(200)
    session.phone.stack.after(HELD_MS, () => session.hangUp())
  }

  onEnded(session: Session, ending: Ending): void {
    session.phone.transferEnded()
    this.#report(ending.status >= 200 ? ending.status : 503)
  }

  onDtmf(): void {}

  onTrace(_session: Session, direction: 'sent' | 'received', summary: string): void {
    this.#origin.trace(direction, `${summary} (transferred call)`)
  }

  #report(status: number): void {
    if (this.#reported) return
    this.#reported = true
    this.#notify(status)
  }
}
