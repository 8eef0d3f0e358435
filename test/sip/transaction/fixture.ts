import { VirtualClock } from '../../../src/base/virtual-clock.js'
import type { Address } from '../../../src/model/address.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toBytes, toWire, type Wire } from '../../../src/sip/message/wire.js'
import type { ChannelLike } from '../../../src/sip/transaction/channel.js'
import { timerValues } from '../../../src/sip/transaction/timers.js'
import {
  type ClientTransaction,
  type ClientUser,
  type LayerUser,
  type ServerTransaction,
  type ServerUser,
  TransactionLayer,
} from '../../../src/sip/transaction/transaction-layer.js'

export const peer: Address = { host: '127.0.0.2', port: 5062 }

let nextId = 1000

/** A channel that remembers what was sent. */
export class RecordingChannel implements ChannelLike {
  readonly id = nextId++
  readonly reliable: boolean
  readonly transport: 'udp' | 'tcp'
  readonly local: Address = { host: '127.0.0.1', port: 5060 }
  readonly remote = undefined
  readonly sent: { message: SipMessage; to: Address | undefined; bytes: Uint8Array }[] = []

  constructor(reliable = false) {
    this.reliable = reliable
    this.transport = reliable ? 'tcp' : 'udp'
  }

  send(wire: Wire, to?: Address): void {
    this.sent.push({ message: SipMessage.parse(wire), to, bytes: toBytes(wire) })
  }

  /** `INVITE`, `180`; what was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0).map(({ message }) => (message.isRequest ? message.method : String(message.status)))
  }
}

/** One layer on a virtual clock that writes down everything it tells. */
export class Bench implements LayerUser, ClientUser, ServerUser {
  readonly clock = new VirtualClock()
  readonly channel: RecordingChannel
  readonly layer: TransactionLayer
  readonly told: string[] = []
  server: ServerTransaction | undefined = undefined
  /** Whether server transactions get this bench as their user. */
  attach = true

  constructor(reliable = false) {
    this.channel = new RecordingChannel(reliable)
    this.layer = new TransactionLayer({ clock: this.clock, timers: timerValues(), user: this })
  }

  takeTold(): string[] {
    return this.told.splice(0)
  }

  receive(text: string, from: Address = peer): void {
    this.layer.receive(this.channel, from, SipMessage.parse(toWire(text)))
  }

  request(method: string, text: string = requestText(method)): ClientTransaction {
    return this.layer.request({ channel: this.channel, to: peer, wire: toWire(text), method, branch }, this)
  }

  onRequest(tx: ServerTransaction, request: SipMessage): void {
    this.server = tx
    if (this.attach) tx.user = this
    this.told.push(`request ${request.method}`)
  }
  onAck(_channel: ChannelLike, _from: Address, ack: SipMessage): void {
    this.told.push(`ack ${ack.cseq}`)
  }
  onStrayResponse(_channel: ChannelLike, response: SipMessage): void {
    this.told.push(`stray ${response.status}`)
  }
  onResponse(_tx: ClientTransaction, response: SipMessage): void {
    this.told.push(String(response.status))
  }
  onTimeout(_tx: ClientTransaction, timer: 'B' | 'F'): void {
    this.told.push(`timeout ${timer}`)
  }
  onTransportFailure(_tx: ClientTransaction | ServerTransaction, text: string): void {
    this.told.push(`failed ${text}`)
  }
  onCancel(_tx: ServerTransaction, cancel: SipMessage): void {
    this.told.push(`cancel ${cancel.cseq}`)
  }
  onAckTimeout(): void {
    this.told.push('no ack')
  }
}

export const branch = 'z9hG4bKnashds8'

export interface TextOptions {
  readonly via?: string
  readonly uri?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly lines?: string
}

export function requestText(method: string, options: TextOptions = {}): string {
  const { via = `SIP/2.0/UDP 127.0.0.2:5062;branch=${branch}`, uri = 'sip:bob@example.com', cseq = 1 } = options
  const tag = options.toTag === undefined ? '' : `;tag=${options.toTag}`
  return (
    `${method} ${uri} SIP/2.0\r\nVia: ${via}\r\nMax-Forwards: 70\r\nFrom: "A" <sip:a@example.com>;tag=88sja8x\r\n` +
    `To: <sip:bob@example.com>${tag}\r\nCall-ID: 987asjd97y7atg\r\nCSeq: ${cseq} ${method}\r\n` +
    `${options.lines ?? ''}Content-Length: 0\r\n\r\n`
  )
}

export function responseText(status: number, method: string, options: TextOptions = {}): string {
  const { via = `SIP/2.0/UDP 127.0.0.1:5060;branch=${branch}`, cseq = 1, toTag = 'a6c85cf' } = options
  return (
    `SIP/2.0 ${status} Reason\r\nVia: ${via}\r\nFrom: "A" <sip:a@example.com>;tag=88sja8x\r\n` +
    `To: <sip:bob@example.com>${status === 100 ? '' : `;tag=${toTag}`}\r\nCall-ID: 987asjd97y7atg\r\n` +
    `CSeq: ${cseq} ${method}\r\n${options.lines ?? ''}Content-Length: 0\r\n\r\n`
  )
}
