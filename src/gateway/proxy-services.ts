import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { TransportName } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { escapeUriParam } from '../sip/message/uri.js'
import type { TransactionLayer } from '../sip/transaction/transaction-layer.js'
import { transports } from '../transport/registry.js'
import type { CallTable } from './call-table.js'
import type { Flow, FlowTable } from './flow-table.js'
import type { GatewayOptions } from './gateway-options.js'
import type { GatewayCounters } from './gateway-statistics.js'
import { MessageHold } from './message-hold.js'
import type { OwnAddresses } from './own-addresses.js'

interface Parts {
  readonly options: GatewayOptions
  readonly clock: Clock
  readonly rng: Rng
  readonly flows: FlowTable
  readonly own: OwnAddresses
  readonly calls: CallTable
  readonly counters: GatewayCounters
}

/** What proxying needs of the rest of the gateway. */
export class ProxyServices {
  readonly options: GatewayOptions
  readonly clock: Clock
  readonly flows: FlowTable
  readonly own: OwnAddresses
  readonly calls: CallTable
  readonly counters: GatewayCounters
  /** Set once the layer, whose user the proxy is, exists. */
  layer!: TransactionLayer
  faults: GatewayFaults
  /** Tells dialogs of this life of the gateway from those that a restart has lost. */
  epoch: string
  readonly #hold: MessageHold
  readonly #rng: Rng
  #branches = 0

  constructor(parts: Parts) {
    this.options = parts.options
    this.clock = parts.clock
    this.#hold = new MessageHold(parts.clock)
    this.flows = parts.flows
    this.own = parts.own
    this.calls = parts.calls
    this.counters = parts.counters
    this.faults = parts.options.faults
    this.#rng = parts.rng
    this.epoch = parts.rng.token()
  }

  /** Everything that was is forgotten. */
  renewEpoch(): void {
    this.epoch = this.#rng.token()
  }

  /** Runs it after `signallingDelayMs`: every forwarded request and response passes here, in order. */
  hold(run: () => void): void {
    const { signallingDelayMs } = this.faults
    if (signallingDelayMs <= 0) {
      run()
      return
    }
    this.counters.messagesDelayed++
    this.#hold.add(signallingDelayMs, run)
  }

  newBranch(): string {
    return `z9hG4bK${this.epoch}.${(this.#branches++).toString(36)}`
  }

  /** Our Via value for a request over this flow. */
  via(flow: Flow, branch: string): string {
    const { transport, local } = flow.channel
    return `SIP/2.0/${transports[transport].viaToken} ${this.own.sentBy(transport, local)};branch=${branch}`
  }

  /**
   * Record-Route values, topmost first (RFC 3261 16.6 step 4): one, or when the transport changes one for each side,
   * marked `r2=on` (RFC 5658 6). Each carries who is on either side, so that no connection has to be found by
   * address: `ftag` is the caller's tag, `u` the flow towards it and `d` the flow away from it.
   */
  recordRoutes(request: SipMessage, source: Flow, target: Flow): string[] {
    const tokens = `u=${this.flows.tokenOf(source)};d=${this.flows.tokenOf(target)}`
    const common = `;gw=${this.epoch};ftag=${escapeUriParam(request.fromTag)};${tokens}`
    const value = (transport: TransportName, more: string): string =>
      `<${this.own.uriOf(transport)};lr${more}${common}>`
    const [near, far] = [source.channel.transport, target.channel.transport]
    return near === far ? [value(near, '')] : [value(far, ';r2=on'), value(near, ';r2=on')]
  }
}
