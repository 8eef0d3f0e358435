import type { Address } from '../model/address.js'
import type { AuthHeader, DigestClient } from '../sip/auth/digest-client.js'
import { DigestRequest } from '../sip/auth/digest-request.js'
import { parseRetryAfter } from '../sip/locate/target-avoidance.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { toWire } from '../sip/message/wire.js'
import type { ClientTransaction } from '../sip/transaction/client-transaction.js'
import type { ClientUser, TransactionLayer } from '../sip/transaction/transaction-layer.js'
import type { Channel } from '../transport/transport.js'

/** Where a request goes: the channel, and for UDP the address. */
export interface Hop {
  readonly channel: Channel
  readonly to: Address | undefined
}

/** Why a request could not be served where it went. */
export interface FailedHop {
  readonly kind: 'timeout' | 'transport' | 'overload'
  /** Of a 503. */
  readonly retryAfterSeconds?: number | undefined
}

export interface RequestOwner {
  /** 1xx other than 100. */
  onProvisional(request: ClientRequest, response: SipMessage): void
  /** The final answer; challenges that could be met are not seen here. `refusal` says why one could not. */
  onFinal(request: ClientRequest, response: SipMessage, refusal: string): void
  /**
   * Another way after a timeout, a transport failure or a 503 (RFC 3263 4.3), whose Retry-After is passed on; undefined
   * when there is none.
   */
  nextHop?(request: ClientRequest, cause: FailedHop): Hop | undefined
  /** Timer B or F, or the transport. */
  onFailed(request: ClientRequest, kind: 'timeout' | 'transport', text: string): void
}

export interface RequestText {
  readonly method: string
  readonly uri: string
  readonly body: string
  /** The whole message with these parts filled in; `credentials` are header lines, each with CRLF. */
  render(cseq: number, branch: string, credentials: string): string
  /** The next CSeq number of the dialog or registration. */
  nextCseq(): number
}

const credentialLines = (headers: readonly AuthHeader[]): string => {
  let lines = ''
  for (const header of headers) lines += `${header.name}: ${header.value}\r\n`
  return lines
}

/** One logical request over all its tries: digest challenges are met with the next CSeq (RFC 3261 22.2, 22.3). */
export class ClientRequest implements ClientUser {
  readonly text: RequestText
  readonly #layer: TransactionLayer
  readonly #owner: RequestOwner
  readonly #digest: DigestClient | undefined
  readonly #newBranch: () => string
  #auth: DigestRequest | undefined
  #hop: Hop
  /** The transaction of the last try. */
  transaction: ClientTransaction | undefined
  branch = ''
  cseq = 0
  /** The last try as sent, for CANCEL and for ACK. */
  lastCredentials = ''
  tries = 0
  /** Places that it was sent to, the present one included. */
  hops = 1
  /** Nothing is sent again any more: a challenge or a failure is the end of it. */
  givenUp = false

  constructor(
    layer: TransactionLayer,
    owner: RequestOwner,
    text: RequestText,
    hop: Hop,
    digest: DigestClient | undefined,
    newBranch: () => string,
  ) {
    this.#layer = layer
    this.#owner = owner
    this.text = text
    this.#hop = hop
    this.#digest = digest
    this.#newBranch = newBranch
  }

  get hop(): Hop {
    return this.#hop
  }

  /** Sends the first try; `preemptive` adds credentials that an earlier challenge left behind. */
  send(preemptive: boolean): void {
    if (preemptive && this.#digest) {
      this.#try(credentialLines(this.#digest.preemptive(this.#authRequest())))
    } else this.#try('')
  }

  /** Sends again with the next CSeq and the same credentials, for example after 422 or 423. */
  again(): void {
    this.#auth = undefined
    this.send(this.lastCredentials !== '')
  }

  onResponse(transaction: ClientTransaction, response: SipMessage): void {
    if (transaction !== this.transaction) return
    const { status } = response
    if (status < 200) {
      if (status > 100) this.#owner.onProvisional(this, response)
      return
    }
    if ((status === 401 || status === 407) && this.#digest && !this.givenUp) {
      const answered = this.#digest.answer(response, this.#authRequest())
      if (Array.isArray(answered)) {
        this.#try(credentialLines(answered))
        return
      }
      this.#owner.onFinal(this, response, answered.text)
      return
    }
    if (status === 503) {
      const retryAfterSeconds = parseRetryAfter(response.get('Retry-After'))
      if (this.#goElsewhere({ kind: 'overload', retryAfterSeconds })) return
    }
    if (status < 300 && this.#auth) this.#digest?.learn(response, this.#auth)
    this.#owner.onFinal(this, response, '')
  }

  onTimeout(transaction: ClientTransaction, timer: 'B' | 'F'): void {
    if (transaction !== this.transaction || this.#goElsewhere({ kind: 'timeout' })) return
    const seconds = this.#layer.timers.giveUpMs / 1000
    this.#owner.onFailed(this, 'timeout', `no final response to ${this.text.method} in ${seconds} s (Timer ${timer})`)
  }

  onTransportFailure(transaction: ClientTransaction, text: string): void {
    if (transaction !== this.transaction || this.#goElsewhere({ kind: 'transport' })) return
    this.#owner.onFailed(this, 'transport', text)
  }

  #goElsewhere(cause: FailedHop): boolean {
    const hop = this.givenUp ? undefined : this.#owner.nextHop?.(this, cause)
    if (!hop) return false
    this.#hop = hop
    this.hops++
    this.#try(this.lastCredentials)
    return true
  }

  #authRequest(): DigestRequest {
    if (!this.#auth) {
      const body = this.text.body === '' ? undefined : toWire(this.text.body)
      this.#auth = new DigestRequest(this.text.method, this.text.uri, body)
    }
    return this.#auth
  }

  #try(credentials: string): void {
    this.tries++
    this.lastCredentials = credentials
    // An earlier try only waits for copies of its final response, and nobody listens to those.
    if (this.transaction) this.transaction.user = undefined
    this.cseq = this.text.nextCseq()
    this.branch = this.#newBranch()
    const wire = this.text.render(this.cseq, this.branch, credentials)
    this.transaction = this.#layer.request(
      { channel: this.#hop.channel, to: this.#hop.to, wire, method: this.text.method, branch: this.branch },
      this,
    )
  }
}
