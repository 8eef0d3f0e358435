import type { PhoneTarget, TargetSource } from '../agent/profile.js'
import type { Clock } from '../base/clock.js'
import { SiploadgenError } from '../base/errors.js'
import type { Rng } from '../base/rng.js'
import type { TransportName } from '../model/address.js'
import type { Target } from '../model/scenario.js'
import type { DnsResolver } from '../sip/locate/dns-resolver.js'
import { locate } from '../sip/locate/locate.js'
import { orderSrvRecords } from '../sip/locate/srv-order.js'
import type { TargetGuard } from '../transport/guard.js'
import { NodeResolver } from '../transport/node-resolver.js'

/** The addresses of one SRV record, or of a name without one. */
interface LocatedRecord {
  readonly priority: number
  readonly weight: number
  readonly places: PhoneTarget[]
}

/** A target of the scenario with what the DNS says of it. */
interface LocatedTarget {
  readonly priority: number
  readonly weight: number
  readonly records: readonly LocatedRecord[]
}

/**
 * The places where a group may send. Every phone draws an order of its own: the scenario's targets by priority and
 * weight, and within each its SRV records likewise (RFC 2782), so that a group spreads as its weights say.
 */
export class TargetPlaces {
  readonly #targets: readonly LocatedTarget[]
  readonly #only: readonly PhoneTarget[] | undefined

  constructor(targets: readonly LocatedTarget[]) {
    this.#targets = targets
    const { all } = this
    this.#only = all.length === 1 ? all : undefined
  }

  /** Every place once, without preference within a priority. */
  get all(): readonly PhoneTarget[] {
    const byPriority = [...this.#targets].sort((a, b) => a.priority - b.priority)
    return byPriority.flatMap(({ records }) => records.flatMap(({ places }) => places))
  }

  /** All places in the order in which one phone tries them; where there is one alone, phones share the list of it. */
  draw(rng: Rng): readonly PhoneTarget[] {
    if (this.#only) return this.#only
    return orderSrvRecords(this.#targets, rng).flatMap(({ records }) =>
      orderSrvRecords(records, rng).flatMap(({ places }) => places),
    )
  }
}

/** Names are looked up again no more often than this, however many phones ask. */
const RENEW_EVERY_MS = 1_000

/** The places of a group as the DNS last gave them. */
export class CurrentPlaces implements TargetSource {
  readonly #rng: Rng
  readonly #clock: Clock
  readonly #locate: (() => Promise<TargetPlaces>) | undefined
  readonly #failed: (text: string) => void
  #places: TargetPlaces
  #renewal: Promise<void> | undefined
  #renewedMs = Number.NEGATIVE_INFINITY

  /** Without `locate` there is no name among the targets. `failed` hears why a look-up was in vain. */
  constructor(
    places: TargetPlaces,
    rng: Rng,
    clock: Clock,
    locate: (() => Promise<TargetPlaces>) | undefined,
    failed: (text: string) => void,
  ) {
    this.#places = places
    this.#rng = rng
    this.#clock = clock
    this.#locate = locate
    this.#failed = failed
  }

  draw(): readonly PhoneTarget[] {
    return this.#places.draw(this.#rng)
  }

  renew(): Promise<void> {
    if (!this.#locate || this.#clock.nowMs() - this.#renewedMs < RENEW_EVERY_MS) return Promise.resolve()
    this.#renewal ??= this.#lookUp(this.#locate)
    return this.#renewal
  }

  async #lookUp(locate: () => Promise<TargetPlaces>): Promise<void> {
    try {
      this.#places = await locate()
    } catch (error) {
      if (!(error instanceof SiploadgenError)) throw error
      this.#failed(error.message)
    }
    this.#renewedMs = this.#clock.nowMs()
    this.#renewal = undefined
  }
}

export const resolverFor = (servers: readonly string[]): DnsResolver => new NodeResolver({ servers })

/**
 * The addresses of a group's gateway for its transport, each target located as RFC 3263 says. Every address is shown to
 * the guard.
 */
export async function locateTargets(
  targets: readonly Target[],
  transport: TransportName,
  resolver: DnsResolver,
  rng: Rng,
  guard: TargetGuard,
): Promise<TargetPlaces> {
  const located: LocatedTarget[] = []
  for (const target of targets) {
    if (target.transport !== transport) continue
    const { priority, weight } = target
    located.push({ priority, weight, records: await locateTarget(target, resolver, rng, guard) })
  }
  return new TargetPlaces(located)
}

async function locateTarget(
  target: Target,
  resolver: DnsResolver,
  rng: Rng,
  guard: TargetGuard,
): Promise<readonly LocatedRecord[]> {
  const { transport, host, port } = target
  const sips = transport === 'tls' || transport === 'wss'
  const parameter = transport === 'tls' ? 'tcp' : transport === 'wss' ? 'ws' : transport
  const wanted = { host, port, sips, transport: target.anyTransport ? undefined : parameter }
  const candidates = await locate(wanted, resolver, rng, { transports: [transport] })
  if ('failure' in candidates) {
    throw new SiploadgenError('environment/resolve', `${host} for ${transport}: ${candidates.text}`)
  }
  const records = new Map<string, LocatedRecord>()
  for (const { address, name, priority, weight } of candidates) {
    const refusal = guard.check(host, address)
    if (refusal !== undefined) throw new SiploadgenError('target/permission', `the target ${refusal}`)
    const key = `${name}:${address.port} ${priority} ${weight}`
    const record = records.get(key) ?? { priority, weight, places: [] }
    record.places.push({ name: target.name, address, host, path: target.path })
    records.set(key, record)
  }
  return [...records.values()]
}
