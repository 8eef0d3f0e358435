import { after, type Timer } from '../../../src/base/clock.js'
import { type ResponseOptions, writeResponse } from '../../../src/sip/message/response.js'
import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import type { Line, Link } from './link.js'

export interface Transaction {
  readonly key: string
  readonly request: SipMessage
  readonly line: Line
  readonly atMs: number
  last: string | undefined
  status: number
  acknowledged: boolean
  timer: Timer | undefined
}

const t1 = 500

/** Server transactions of RFC 3261 17.2 as far as a far side of tests needs them. */
export class ServerTransactions {
  readonly #link: Link
  readonly all = new Map<string, Transaction>()

  constructor(link: Link) {
    this.#link = link
  }

  static keyOf(request: SipMessage): string {
    return ServerTransactions.#keyFor(request, request.method === 'ACK' ? 'INVITE' : request.method)
  }

  static #keyFor(request: SipMessage, method: string): string {
    return `${request.topVia.branch} ${request.topVia.host}:${request.topVia.port} ${method}`
  }

  /** Undefined for a copy, which is answered here. */
  begin(line: Line, request: SipMessage): Transaction | undefined {
    const key = ServerTransactions.keyOf(request)
    const known = this.all.get(key)
    if (known !== undefined && !this.#link.has('no transactions') && request.topVia.branch.startsWith('z9hG4bK')) {
      if (known.last !== undefined) this.#link.say(known.line, known.last)
      return undefined
    }
    const transaction: Transaction = {
      key,
      request,
      line,
      atMs: this.#link.clock.nowMs(),
      last: undefined,
      status: 0,
      acknowledged: false,
      timer: undefined,
    }
    this.all.set(key, transaction)
    return transaction
  }

  respond(transaction: Transaction, status: number, options: ResponseOptions = {}): void {
    const { line, request } = transaction
    request.source = { host: '127.0.0.1', port: line.port }
    this.pass(transaction, status, writeResponse(request, status, '', { toTag: this.#tagOf(request), ...options }))
  }

  /** A response that is written already. */
  pass(transaction: Transaction, status: number, text: string): void {
    if (transaction.status >= 200 && status < 200) return
    transaction.last = text
    transaction.status = status
    this.#link.say(this.#lineFor(transaction), text)
    if (transaction.request.method === 'INVITE' && status >= 300 && transaction.line.transport === 'udp') {
      this.#repeat(transaction, t1)
    }
  }

  /** RFC 3261 18.2.2: maddr and the port of sent-by, else where it came from. */
  #lineFor({ request, line }: Transaction): Line {
    const { params, port } = request.topVia
    const elsewhere = params.get('maddr') === undefined ? undefined : this.#link.at(port ?? 5060)
    return elsewhere ?? line
  }

  #repeat(transaction: Transaction, delayMs: number): void {
    transaction.timer = after(this.#link.clock, delayMs, () => {
      if (transaction.acknowledged || this.#link.clock.nowMs() - transaction.atMs > 64 * t1) return
      this.#link.say(transaction.line, transaction.last ?? '')
      this.#repeat(transaction, Math.min(2 * delayMs, 4000))
    })
  }

  acknowledge(ack: SipMessage): Transaction | undefined {
    const transaction = this.all.get(ServerTransactions.keyOf(ack))
    if (transaction !== undefined) transaction.acknowledged = true
    return transaction
  }

  /** What a CANCEL is for. */
  cancelledBy(cancel: SipMessage): Transaction | undefined {
    return this.all.get(ServerTransactions.#keyFor(cancel, 'INVITE'))
  }

  /** The same for every copy of a request that is answered without a dialog. */
  #tagOf(request: SipMessage): string {
    return `far${request.callId.length}${request.cseq}${request.fromTag.slice(0, 6)}`
  }
}
