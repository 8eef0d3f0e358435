import { after } from '../../src/base/clock.js'
import { Rng } from '../../src/base/rng.js'
import type { Address } from '../../src/model/address.js'
import { Acceptance } from '../../src/sip/dialog/accept.js'
import { Dialog } from '../../src/sip/dialog/dialog.js'
import { renderDialogRequest } from '../../src/sip/dialog/dialog-request.js'
import { ReliableReceiver, ReliableSender, rackFor } from '../../src/sip/dialog/reliable-provisional.js'
import { writeResponse } from '../../src/sip/message/response.js'
import type { SipMessage } from '../../src/sip/message/sip-message.js'
import { toWire } from '../../src/sip/message/wire.js'
import type { ChannelLike } from '../../src/sip/transaction/channel.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import type {
  ClientTransaction,
  ClientUser,
  LayerUser,
  ServerTransaction,
  ServerUser,
} from '../../src/sip/transaction/transaction-layer.js'
import type { LossyNetwork, Side } from './lossy-network.js'

export interface AnswerPlan {
  /** 180 after so many ms, reliably when `reliable`. */
  readonly ringAfterMs?: number
  readonly reliable?: boolean
  /** Final response after so many ms; none when undefined. */
  readonly answerAfterMs?: number
  readonly status?: number
}

/** The least that places, answers and ends a call: dialogs and their parts over a transaction layer. */
export class UserAgent implements LayerUser, ClientUser, ServerUser {
  readonly told: string[] = []
  readonly side: Side
  /** By remote tag. */
  readonly dialogs = new Map<string, Dialog>()
  plan: AnswerPlan = {}
  readonly #network: LossyNetwork
  readonly #contact: string
  readonly #receivers = new Map<string, ReliableReceiver>()
  readonly #acks = new Map<string, string>()
  #acceptance: Acceptance | undefined
  #sender: ReliableSender | undefined
  #inviteCseq = 0
  #branches = 0

  constructor(network: LossyNetwork, name: string, local: Address) {
    this.#network = network
    this.side = network.side(name, local, this)
    this.#contact = `<sip:${name}@${local.host}:${local.port}>`
  }

  invite(): ClientTransaction {
    const branch = this.#branch()
    const text =
      `INVITE sip:callee@example.com SIP/2.0\r\nVia: SIP/2.0/UDP ${this.#sentBy};branch=${branch};rport\r\n` +
      'Max-Forwards: 70\r\nFrom: <sip:caller@example.com>;tag=caller\r\nTo: <sip:callee@example.com>\r\n' +
      `Call-ID: call\r\nCSeq: 1 INVITE\r\nContact: ${this.#contact}\r\nSupported: 100rel\r\nContent-Length: 0\r\n\r\n`
    return this.side.layer.request({ channel: this.side, wire: toWire(text), method: 'INVITE', branch }, this)
  }

  send(dialog: Dialog, method: string, lines = ''): void {
    const branch = this.#branch()
    const text = this.#render(dialog, method, dialog.nextCseq(), branch, lines)
    this.side.layer.request({ channel: this.side, wire: toWire(text), method, branch }, this)
  }

  onResponse(tx: ClientTransaction, response: SipMessage): void {
    this.#note(`${response.status} ${tx.method}`)
    if (tx.method !== 'INVITE' || response.toTag === '' || response.status >= 300) return
    const known = this.dialogs.get(response.toTag)
    const dialog = known ?? Dialog.asCaller(response)
    this.dialogs.set(response.toTag, dialog)
    if (response.status < 200) this.#prack(dialog, response)
    else {
      dialog.confirm(response)
      this.#acknowledge(dialog, response)
    }
  }

  onRequest(tx: ServerTransaction, request: SipMessage): void {
    tx.user = this
    this.#note(request.method)
    if (request.method === 'INVITE') {
      this.#serve(tx, request)
      return
    }
    const dialog = this.dialogs.get(request.fromTag)
    const matching = request.method !== 'PRACK' || this.#sender?.acknowledge(request, this.#inviteCseq)
    let status = 200
    if (!dialog?.matches(request) || !matching) status = 481
    else if (dialog.admit(request) === 'too-old') status = 500
    tx.respond(status, toWire(writeResponse(request, status, '')))
    if (request.method === 'BYE' && status === 200) {
      this.#acceptance?.stop()
      dialog?.terminate()
    }
  }

  onAck(): void {
    if (this.#acceptance?.stop()) this.#note('ACK')
  }
  onStrayResponse(_channel: ChannelLike, response: SipMessage): void {
    this.#note(`stray ${response.status}`)
  }
  onTimeout(tx: ClientTransaction): void {
    this.#note(`timeout ${tx.method}`)
  }
  onTransportFailure(): void {
    this.#note('failed')
  }
  onCancel(tx: ServerTransaction): void {
    this.#note('CANCEL')
    tx.respond(487, toWire(writeResponse(tx.request, 487, '', { toTag: tx.localTag })))
  }
  onAckTimeout(): void {
    this.#note('no ACK')
  }

  #serve(tx: ServerTransaction, request: SipMessage): void {
    const { plan } = this
    const dialog = Dialog.asCallee(request, tx.localTag)
    this.dialogs.set(request.fromTag, dialog)
    this.#inviteCseq = request.cseq
    const { clock } = this.#network
    if (plan.ringAfterMs !== undefined) after(clock, plan.ringAfterMs, () => this.#ring(tx, request))
    if (plan.answerAfterMs !== undefined) {
      after(clock, plan.answerAfterMs, () => this.#answer(tx, request, dialog, plan.status ?? 200))
    }
  }

  #ring(tx: ServerTransaction, request: SipMessage): void {
    const lines = `Contact: ${this.#contact}\r\n`
    const write = (more: string): Buffer =>
      toWire(writeResponse(request, 180, '', { toTag: tx.localTag, lines: lines + more }))
    if (!this.plan.reliable) {
      tx.respond(180, write(''))
      return
    }
    this.#sender = new ReliableSender(this.#network.clock, timerValues(), new Rng(1), {
      sendProvisional: (status, bytes) => tx.respond(status, bytes),
      onUnacknowledged: () => tx.respond(504, toWire(writeResponse(request, 504, '', { toTag: tx.localTag }))),
    })
    this.#sender.submit(180, (rseq) => write(`Require: 100rel\r\nRSeq: ${rseq}\r\n`))
  }

  #answer(tx: ServerTransaction, request: SipMessage, dialog: Dialog, status: number): void {
    if (!tx.isOpen) return
    this.#sender?.stop()
    const options = { toTag: tx.localTag, lines: `Contact: ${this.#contact}\r\n` }
    const bytes = toWire(writeResponse(request, status, '', options))
    tx.respond(status, bytes)
    if (status >= 300) return
    dialog.confirm()
    this.#acceptance = new Acceptance(this.#network.clock, timerValues(), {
      repeatAnswer: () => tx.respond(status, bytes),
      onAckTimeout: () => {
        this.#note('no ACK')
        this.send(dialog, 'BYE')
      },
    })
    this.#acceptance.start()
  }

  #prack(dialog: Dialog, response: SipMessage): void {
    const receiver = this.#receivers.get(dialog.id) ?? new ReliableReceiver()
    this.#receivers.set(dialog.id, receiver)
    if (receiver.receive(response) === 'acknowledge') this.send(dialog, 'PRACK', `RAck: ${rackFor(response)}\r\n`)
  }

  #acknowledge(dialog: Dialog, response: SipMessage): void {
    const text = this.#acks.get(dialog.id) ?? this.#render(dialog, 'ACK', response.cseq, this.#branch(), '')
    this.#acks.set(dialog.id, text)
    this.side.send(toWire(text))
  }

  #render(dialog: Dialog, method: string, cseq: number, branch: string, lines: string): string {
    return renderDialogRequest(dialog, { method, cseq, branch, viaToken: 'UDP', sentBy: this.#sentBy, lines })
  }

  get #sentBy(): string {
    return `${this.side.local.host}:${this.side.local.port}`
  }

  #branch(): string {
    return `z9hG4bK${this.side.name}${this.#branches++}`
  }

  #note(text: string): void {
    this.told.push(`${this.#network.clock.nowMs()} ${text}`)
  }
}
