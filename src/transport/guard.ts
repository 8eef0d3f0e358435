import { BlockList, isIP } from 'node:net'
import type { Address } from '../model/address.js'

/** Addresses that load may be sent to without being asked for by name: loopback, private and link-local ranges. */
const privateRanges = new BlockList()
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4')
}
privateRanges.addAddress('::1', 'ipv6')
privateRanges.addSubnet('fc00::', 7, 'ipv6')
privateRanges.addSubnet('fe80::', 10, 'ipv6')

/** Addresses that are never a single target: this network, multicast and broadcast. */
const refusedRanges = new BlockList()
refusedRanges.addSubnet('0.0.0.0', 8, 'ipv4')
refusedRanges.addSubnet('224.0.0.0', 4, 'ipv4')
refusedRanges.addAddress('255.255.255.255', 'ipv4')
refusedRanges.addAddress('::', 'ipv6')
refusedRanges.addSubnet('ff00::', 8, 'ipv6')

const isIn = (list: BlockList, ip: string): boolean => {
  const bare = withoutZone(ip)
  const version = isIP(bare)
  // BlockList itself looks through ::ffff:a.b.c.d to the IPv4 rules (RFC 4291 2.5.5.2).
  return version !== 0 && list.check(bare, version === 6 ? 'ipv6' : 'ipv4')
}

const withoutZone = (ip: string): string => {
  const zone = ip.indexOf('%')
  return zone < 0 ? ip : ip.slice(0, zone)
}

const sameName = (host: string): string => withoutZone(host).toLowerCase().replace(/\.$/, '')

/** Loopback, RFC 1918, link-local or unique local (RFC 4193). Shared address space (RFC 6598) is not private. */
export const isPrivateAddress = (ip: string): boolean => isIn(privateRanges, ip)

/**
 * Keeps load away from hosts that nobody permitted. Private and loopback addresses pass; others pass when the host, as
 * it was written before it was resolved, or the address itself is in the list; multicast and unspecified never pass.
 */
export class TargetGuard {
  readonly #allowed: ReadonlySet<string>
  /** Answers by address, so that asking for each packet is one look-up. `undefined` as a value: permitted. */
  readonly #answers = new Map<string, string | undefined>()

  constructor(allow: readonly string[]) {
    this.#allowed = new Set(allow.map((host) => sameName(host.replace(/^\[(.*)\]$/, '$1'))))
  }

  /**
   * Asks about a resolved target. `undefined` when permitted, and then its address stays permitted for `refusal`;
   * otherwise the sentence that says why not.
   */
  check(host: string, address: Address): string | undefined {
    if (this.#allowed.has(sameName(host)) && isIP(withoutZone(address.host)) && !isIn(refusedRanges, address.host)) {
      this.#answers.set(address.host, undefined)
      return undefined
    }
    const refusal = this.refusal(address.host)
    return refusal === undefined || host === address.host ? refusal : `${host} is ${refusal}`
  }

  /** Why `ip` may not be sent to; undefined when it may. */
  refusal(ip: string): string | undefined {
    const known = this.#answers.get(ip)
    if (known !== undefined || this.#answers.has(ip)) return known
    const answer = this.#judge(ip)
    if (this.#answers.size < maxAnswers) this.#answers.set(ip, answer)
    return answer
  }

  #judge(ip: string): string | undefined {
    if (isIP(withoutZone(ip)) === 0) return `${ip}, which is no IP address`
    if (isIn(refusedRanges, ip)) return `${ip}, a multicast, broadcast or unspecified address`
    if (isPrivateAddress(ip) || this.#allowed.has(sameName(ip))) return undefined
    return `${ip}, outside loopback and private ranges and not permitted by name`
  }
}

/** Bounds the memory that hostile Via and Contact addresses can take. */
const maxAnswers = 100_000
