import { after } from '../../src/base/clock.js'
import type { Address } from '../../src/model/address.js'
import { writeResponse } from '../../src/sip/message/response.js'
import type { SipMessage } from '../../src/sip/message/sip-message.js'
import { toWire } from '../../src/sip/message/wire.js'
import type { ChannelLike } from '../../src/sip/transaction/channel.js'
import type {
  ClientTransaction,
  ClientUser,
  LayerUser,
  ServerTransaction,
  ServerUser,
} from '../../src/sip/transaction/transaction-layer.js'
import type { LossyNetwork, Side } from './lossy-network.js'

/** A transaction user that answers by a list and writes down, with the time, what it is told. */
export class Endpoint implements LayerUser, ClientUser, ServerUser {
  readonly told: string[] = []
  readonly side: Side
  /** Responses to each request: after so many ms, this status. */
  answers: readonly (readonly [afterMs: number, status: number])[] = []
  readonly #network: LossyNetwork

  constructor(network: LossyNetwork, name: string, local: Address) {
    this.#network = network
    this.side = network.side(name, local, this)
  }

  request(method: string, number = 1): ClientTransaction {
    const branch = `z9hG4bK-${method}-${number}`
    const { host, port } = this.side.local
    const text =
      `${method} sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP ${host}:${port};branch=${branch};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=a${number}\r\nTo: <sip:b@example.com>\r\n` +
      `Call-ID: c${number}\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`
    return this.side.layer.request({ channel: this.side, wire: toWire(text), method, branch }, this)
  }

  onRequest(tx: ServerTransaction, request: SipMessage): void {
    tx.user = this
    this.#note(`request ${request.method}`)
    for (const [afterMs, status] of this.answers) {
      const bytes = toWire(writeResponse(request, status, '', { toTag: tx.localTag }))
      if (afterMs === 0) tx.respond(status, bytes)
      else after(this.#network.clock, afterMs, () => tx.respond(status, bytes))
    }
  }
  onAck(_channel: ChannelLike, _from: Address, ack: SipMessage): void {
    this.#note(`ack ${ack.cseq}`)
  }
  onStrayResponse(_channel: ChannelLike, response: SipMessage): void {
    this.#note(`stray ${response.status}`)
  }
  onResponse(_tx: ClientTransaction, response: SipMessage): void {
    this.#note(String(response.status))
  }
  onTimeout(_tx: ClientTransaction, timer: 'B' | 'F'): void {
    this.#note(`timeout ${timer}`)
  }
  onTransportFailure(_tx: ClientTransaction | ServerTransaction, text: string): void {
    this.#note(`failed ${text}`)
  }
  onCancel(tx: ServerTransaction): void {
    this.#note('cancel')
    tx.respond(487, toWire(writeResponse(tx.request, 487, '', { toTag: tx.localTag })))
  }
  onAckTimeout(): void {
    this.#note('no ack')
  }

  #note(text: string): void {
    this.told.push(`${this.#network.clock.nowMs()} ${text}`)
  }
}
