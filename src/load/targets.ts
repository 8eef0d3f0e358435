import type { PhoneTarget } from '../agent/profile.js'
import { SiploadgenError } from '../base/errors.js'
import type { Rng } from '../base/rng.js'
import type { TransportName } from '../model/address.js'
import type { Target } from '../model/scenario.js'
import type { DnsResolver } from '../sip/locate/dns-resolver.js'
import { locate } from '../sip/locate/locate.js'
import { NodeResolver } from '../transport/node-resolver.js'
import type { TargetGuard } from '../transport/guard.js'

export const resolverFor = (servers: readonly string[]): DnsResolver => new NodeResolver({ servers })

/**
 * The addresses of a group's gateway for its transport, best first: targets by priority and weight (RFC 2782), each
 * located as RFC 3263 says. Every address is shown to the guard.
 */
export async function locateTargets(
  targets: readonly Target[],
  transport: TransportName,
  resolver: DnsResolver,
  rng: Rng,
  guard: TargetGuard,
): Promise<PhoneTarget[]> {
  const ordered = orderByWeight(
    targets.filter((target) => target.transport === transport),
    rng,
  )
  const found: PhoneTarget[] = []
  for (const target of ordered) {
    const sips = transport === 'tls' || transport === 'wss'
    const parameter = transport === 'tls' ? 'tcp' : transport === 'wss' ? 'ws' : transport
    const wanted = { host: target.host, port: target.port, sips, transport: parameter }
    const candidates = await locate(wanted, resolver, rng, { transports: [transport] })
    if ('failure' in candidates) {
      throw new SiploadgenError('environment/resolve', `${target.host} for ${transport}: ${candidates.text}`)
    }
    for (const { address } of candidates) {
      const refusal = guard.check(target.host, address)
      if (refusal !== undefined) throw new SiploadgenError('target/permission', `the target ${refusal}`)
      found.push({ name: target.name, address, host: target.host, path: target.path })
    }
  }
  return found
}

/** RFC 2782: ascending priority; within one, drawn by weight without replacement. */
function orderByWeight(targets: readonly Target[], rng: Rng): Target[] {
  const ordered: Target[] = []
  const left = [...targets].sort((a, b) => a.priority - b.priority)
  while (left.length > 0) {
    const priority = left[0]?.priority
    const group = left.filter((target) => target.priority === priority)
    let draw = rng.next() * group.reduce((sum, target) => sum + target.weight, 0)
    const chosen = group.find((target) => {
      draw -= target.weight
      return draw < 0
    })
    const next = chosen ?? group[0]
    if (!next) break
    ordered.push(next)
    left.splice(left.indexOf(next), 1)
  }
  return ordered
}
