import { Dialog } from '../sip/dialog/dialog.js'
import { renderDialogRequest } from '../sip/dialog/dialog-request.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import { answer } from './bare-answer.js'
import { sendInDialog } from './dialog-client.js'
import type { Flow } from './flow.js'
import type { Phone } from './phone.js'
import type { TagOwner } from './stack.js'

/** The ACK of a 2xx as it was sent, for copies of that 2xx. */
export interface SentAck {
  readonly remoteTag: string
  readonly cseq: number
  readonly text: string
  /** The URI that decides where it goes. */
  readonly nextHop: string
}

/**
 * What is kept of an answered call of ours for 64*T1 after its end: enough to acknowledge copies of its 2xx and those
 * of further forks (RFC 3261 13.2.2.4), and to answer what crosses our BYE. The session itself is far larger, and a
 * load of thousands of calls a second would hold as many of them for half a minute.
 */
export class RetiredCall implements TagOwner {
  readonly phone: Phone
  readonly flow: Flow | undefined
  readonly callId: string
  readonly localTag: string
  readonly dialog = undefined
  /** Of the INVITE that made the call. */
  readonly ack: SentAck | undefined
  /** Of our last re-INVITE. */
  readonly lastAck: SentAck | undefined

  constructor(
    phone: Phone,
    flow: Flow | undefined,
    callId: string,
    localTag: string,
    ack: SentAck | undefined,
    lastAck: SentAck | undefined,
  ) {
    this.phone = phone
    this.flow = flow
    this.callId = callId
    this.localTag = localTag
    this.ack = ack
    this.lastAck = lastAck
  }

  /** Both sides hung up at once, or a request of theirs was late. */
  onRequest(transaction: ServerTransaction, request: SipMessage): void {
    if (request.method === 'BYE') answer(transaction, request, 200, 'OK')
    else answer(transaction, request, 481, 'Call/Transaction Does Not Exist')
  }

  onAck(): void {
    // A caller sends ACKs; one that comes back belongs to nothing.
    this.phone.stack.count('ACK without a call')
  }

  onLateResponse(response: SipMessage): boolean {
    if (response.cseqMethod === 'INVITE') this.#onLateAnswer(response)
    // The end of the call ended its transactions too: copies of what the BYE was answered come to nothing here.
    return response.cseqMethod === 'INVITE' || response.cseqMethod === 'BYE'
  }

  #onLateAnswer(response: SipMessage): void {
    const ack = response.cseq === this.lastAck?.cseq ? this.lastAck : this.ack
    if (ack && response.cseq === ack.cseq && response.toTag === ack.remoteTag) {
      this.#send(ack.text, ack.nextHop)
      return
    }
    // Only the first INVITE can fork; another re-INVITE than the last was acknowledged long ago.
    if (response.cseq !== this.ack?.cseq) return
    const dialog = Dialog.asCaller(response)
    const { phone, flow } = this
    const { nextHop } = dialog.target
    const text = renderDialogRequest(dialog, {
      method: 'ACK',
      cseq: response.cseq,
      branch: phone.newBranch(),
      viaToken: phone.viaToken,
      sentBy: flow?.sentBy ?? '',
    })
    this.#send(text, nextHop)
    const content = { headers: [], contentType: '', body: '' }
    sendInDialog(this, { method: 'BYE', content, dialog }, () => {})
  }

  /** The call's record is written: nobody looks at its ladder any more. */
  trace(): void {}

  #send(text: string, uri: string): void {
    const hop = this.phone.hopFor(uri, this.flow)
    hop?.channel.send(text, hop.to)
  }
}
