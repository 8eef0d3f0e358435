import type { Clock } from '../../base/clock.js'
import { Rng } from '../../base/rng.js'
import { StringTable } from '../../base/string-table.js'
import type { Address } from '../../model/address.js'
import { writeResponse } from '../message/response.js'
import type { SipMessage } from '../message/sip-message.js'
import type { ChannelLike } from './channel.js'
import { ChannelMembers } from './channel-members.js'
import { type ClientRequest, ClientTransaction, type ClientUser } from './client-transaction.js'
import type { LayerCore, LayerCounters, LayerUser } from './layer-core.js'
import { matchingMethod, serverKey } from './match.js'
import { ServerTransaction } from './server-transaction.js'
import type { TimerValues } from './timers.js'

export type { ClientRequest, ClientTransaction, ClientUser } from './client-transaction.js'
export type { LayerCounters, LayerUser } from './layer-core.js'
export type { ServerTransaction, ServerUser } from './server-transaction.js'

export interface LayerOptions {
  readonly clock: Clock
  readonly timers: TimerValues
  readonly user: LayerUser
  readonly count?: LayerCounters | undefined
  /** For To tags of responses that the layer itself gives. */
  readonly rng?: Rng | undefined
}

/**
 * RFC 3261 17 with RFC 6026: finds the transaction of each message and makes one for each new request. It does not
 * know sockets: messages and failures of a channel are handed in.
 */
export class TransactionLayer implements LayerCore {
  readonly clock: Clock
  readonly timers: TimerValues
  readonly user: LayerUser
  readonly count: LayerCounters | undefined
  readonly members = new ChannelMembers()
  readonly #rng: Rng
  /** By branch; a CANCEL has the branch of what it cancels (RFC 3261 9.1), and nothing else shares one. */
  readonly #clients = new StringTable<ClientTransaction>()
  readonly #cancels = new StringTable<ClientTransaction>()
  readonly #servers = new StringTable<ServerTransaction>()

  constructor(options: LayerOptions) {
    this.clock = options.clock
    this.timers = options.timers
    this.user = options.user
    this.count = options.count
    this.#rng = options.rng ?? new Rng(0, 'transaction-layer')
  }

  /** Transactions that live at this moment. */
  get clientCount(): number {
    return this.#clients.size + this.#cancels.size
  }

  get serverCount(): number {
    return this.#servers.size
  }

  /** Sends a request other than ACK and takes care of it until its final response. */
  request(request: ClientRequest, user: ClientUser): ClientTransaction {
    const tx = new ClientTransaction(this, request, user)
    this.#clientsOf(tx.method).set(tx.branch, tx)
    this.members.add(tx)
    tx.start()
    return tx
  }

  /** Takes one message that arrived on a channel. The caller has made sure that it is a request or a response. */
  receive(channel: ChannelLike, from: Address, message: SipMessage): void {
    if (message.isRequest) this.#receiveRequest(channel, from, message)
    else this.#receiveResponse(channel, message)
  }

  /**
   * The channel failed, or (with `to`) one destination of it: tells the user of every transaction that still needs
   * it. For a UDP socket whose failures name no destination, do not call this for a failure of one message.
   */
  transportFailed(channel: ChannelLike, text: string, to?: Address): void {
    this.members.fail(channel, text, to)
  }

  /** Ends all transactions and tells nobody: for the end of a run. */
  close(): void {
    for (const tx of [...this.#clients.values(), ...this.#cancels.values()]) tx.abandon()
    for (const tx of this.#servers.values()) tx.abandon()
  }

  newTag(): string {
    return this.#rng.token()
  }

  deliver(tx: ServerTransaction, request: SipMessage): void {
    if (tx.method === 'CANCEL') this.#cancel(tx, request)
    else this.user.onRequest(tx, request)
  }

  forgetClient(tx: ClientTransaction): void {
    this.members.remove(tx)
    const clients = this.#clientsOf(tx.method)
    if (clients.get(tx.branch) === tx) clients.delete(tx.branch)
  }

  forgetServer(tx: ServerTransaction): void {
    this.members.remove(tx)
    if (this.#servers.get(tx.key) === tx) this.#servers.delete(tx.key)
  }

  #receiveResponse(channel: ChannelLike, response: SipMessage): void {
    // RFC 3261 17.1.3: the same branch and CSeq method.
    const method = response.cseqMethod
    const tx = this.#clientsOf(method).get(response.topBranch)
    if (tx?.method === method) tx.receive(response)
    else this.user.onStrayResponse(channel, response)
  }

  #clientsOf(method: string): StringTable<ClientTransaction> {
    return method === 'CANCEL' ? this.#cancels : this.#clients
  }

  #receiveRequest(channel: ChannelLike, from: Address, request: SipMessage): void {
    const method = request.method
    const key = serverKey(request, matchingMethod(method))
    const known = this.#servers.get(key)
    if (known) {
      known.receive(from, request)
      return
    }
    if (method === 'ACK') {
      this.user.onAck(channel, from, request)
      return
    }
    const tx = new ServerTransaction(this, key, channel, from, request)
    // From here on the top Via carries received and rport, as every response will (RFC 3261 18.2.1, RFC 3581 4).
    request.source = from
    this.#servers.set(key, tx)
    this.members.add(tx)
    tx.start()
  }

  /** RFC 3261 9.2: the CANCEL is answered by itself; the INVITE is its user's to answer, if it still can be. */
  #cancel(tx: ServerTransaction, cancel: SipMessage): void {
    const invite = this.#servers.get(serverKey(cancel, 'INVITE'))
    if (invite === undefined) {
      const text = writeResponse(cancel, 481, 'Call/Transaction Does Not Exist', { toTag: tx.localTag })
      tx.respond(481, text)
      return
    }
    tx.respond(200, writeResponse(cancel, 200, 'OK', { toTag: invite.localTag }))
    if (!invite.isOpen) return
    if (invite.user) invite.user.onCancel(invite, cancel)
    else {
      const text = writeResponse(invite.request, 487, 'Request Terminated', { toTag: invite.localTag })
      invite.respond(487, text)
    }
  }
}
