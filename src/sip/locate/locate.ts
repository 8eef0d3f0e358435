import { isIP } from 'node:net'
import type { Rng } from '../../base/rng.js'
import { type TransportName, transportNames } from '../../model/address.js'
import type { Candidate, LocateFailure } from './candidate.js'
import type { Answer, DnsResolver, NaptrRecord } from './dns-resolver.js'
import { services, transportOfParameter } from './service.js'
import { orderSrvRecords } from './srv-order.js'

/** The parts of a URI (the topmost Route or the Request-URI) that decide where a request goes. */
export interface LocateTarget {
  /** `maddr` when there is one, else the host; IPv6 with or without brackets. */
  readonly host: string
  readonly port: number | undefined
  readonly sips: boolean
  /** Value of the `transport` parameter. */
  readonly transport: string | undefined
}

export interface LocateOptions {
  /** What we speak, most preferred first; it decides where DNS leaves the choice to us. */
  readonly transports?: readonly TransportName[]
  readonly families?: readonly (4 | 6)[]
}

interface Search {
  readonly target: LocateTarget
  readonly host: string
  readonly transports: readonly TransportName[]
  readonly families: readonly (4 | 6)[]
  readonly resolver: DnsResolver
  readonly rng: Rng
}

type Found = Candidate[] | LocateFailure

const notFound = (text: string): LocateFailure => ({ failure: 'not-found', text })
const dnsFailure = (text: string): LocateFailure => ({ failure: 'dns-failure', text })
const unsupported = (text: string): LocateFailure => ({ failure: 'unsupported', text })

/** Where to send a request, best first: RFC 3263 4 with the ordering of RFC 2782. */
export async function locate(
  target: LocateTarget,
  resolver: DnsResolver,
  rng: Rng,
  options: LocateOptions = {},
): Promise<Candidate[] | LocateFailure> {
  const host = target.host.startsWith('[') ? target.host.slice(1, -1) : target.host.replace(/\.$/, '')
  const transports = options.transports ?? transportNames
  const families = options.families ?? [4, 6]
  const search: Search = { target, host, transports, families, resolver, rng }
  const fixed = fixedTransport(search)
  if (typeof fixed === 'object') return fixed
  if (isIP(host)) return numeric(search, fixed ?? defaultTransport(target))
  // RFC 3263 4.2: an explicit port leaves only addresses to be found; 4.1: it also decides the transport.
  if (target.port !== undefined) return byAddress(search, fixed ?? defaultTransport(target), target.port)
  if (fixed) return byService(search, fixed)
  return byDiscovery(search)
}

/** RFC 3263 4.1: the transport that the URI itself names, if it does. */
function fixedTransport({ target, transports }: Search): TransportName | LocateFailure | undefined {
  if (target.transport === undefined) return undefined
  const transport = transportOfParameter(target.transport, target.sips)
  if (!transport || !transports.includes(transport)) {
    return unsupported(`transport ${target.transport}${target.sips ? ' with a sips URI' : ''} is not supported`)
  }
  return transport
}

/** RFC 3263 4.1: without any other hint UDP for sip, TLS for sips. */
const defaultTransport = (target: LocateTarget): TransportName => (target.sips ? 'tls' : 'udp')

function numeric({ target, host, transports }: Search, transport: TransportName): Found {
  if (!transports.includes(transport)) return unsupported(`transport ${transport} is not supported`)
  const address = { host, port: target.port ?? services[transport].port }
  return [{ transport, address, priority: 0, weight: 0, name: host }]
}

/** RFC 3263 4.1, transport and port both unknown: NAPTR, then SRV of all we speak, then addresses. */
async function byDiscovery(search: Search): Promise<Found> {
  const usable = search.transports.filter((transport) => !search.target.sips || services[transport].secure)
  const naptr = await search.resolver.naptr(search.host)
  if (Array.isArray(naptr) && naptr.length > 0) return byNaptr(search, naptr, usable)
  // A server that fails on NAPTR often still answers SRV; only what follows may fail the whole.
  let found: Found = notFound(`${search.host} has no SRV record`)
  for (const transport of usable) {
    const candidates = await bySrv(search, transport, `${services[transport].srv}.${search.host}`)
    if (candidates === 'no-records') continue
    found = joined(found, candidates)
  }
  if (Array.isArray(found) || found.failure === 'dns-failure') return found
  const transport = (search.transports.length === 1 && usable[0]) || defaultTransport(search.target)
  return byAddress(search, transport, services[transport].port)
}

async function byNaptr(
  search: Search,
  records: readonly NaptrRecord[],
  usable: readonly TransportName[],
): Promise<Found> {
  let found: Found = unsupported(`the NAPTR records of ${search.host} offer no transport that is supported`)
  const ordered = [...records].sort((a, b) => a.order - b.order || a.preference - b.preference)
  for (const record of ordered) {
    const transport = usable.find((name) => services[name].naptr === record.service.toUpperCase())
    // RFC 3263 4.1: records of other services, and other flags than "s", are discarded.
    if (!transport || record.flags.toUpperCase() !== 'S') continue
    const candidates = await bySrv(search, transport, record.replacement)
    found = joined(
      found,
      candidates === 'no-records' ? notFound(`${record.replacement} has no SRV record`) : candidates,
    )
  }
  return found
}

/** The transport is known, the port is not: SRV, or else addresses with the default port (RFC 3263 4.2). */
async function byService(search: Search, transport: TransportName): Promise<Found> {
  const found = await bySrv(search, transport, `${services[transport].srv}.${search.host}`)
  return found === 'no-records' ? byAddress(search, transport, services[transport].port) : found
}

async function bySrv(search: Search, transport: TransportName, name: string): Promise<Found | 'no-records'> {
  const records = await search.resolver.srv(name)
  if (records === 'failure') return dnsFailure(`DNS does not answer for SRV ${name}`)
  if (records === 'none' || records.length === 0) return 'no-records'
  const wanted = records.filter((record) => record.target !== '.' && record.target !== '')
  if (wanted.length === 0) return notFound(`SRV ${name} says that the service is not available`)
  let found: Found = notFound(`no target of SRV ${name} has an address`)
  for (const { target, port, priority, weight } of orderSrvRecords(wanted, search.rng)) {
    found = joined(found, await byAddress(search, transport, port, target.replace(/\.$/, ''), priority, weight))
  }
  return found
}

async function byAddress(
  search: Search,
  transport: TransportName,
  port: number,
  name = search.host,
  priority = 0,
  weight = 0,
): Promise<Found> {
  if (!search.transports.includes(transport)) return unsupported(`transport ${transport} is not supported`)
  const answers: Answer<string>[] = isIP(name)
    ? [[name]]
    : await Promise.all(
        search.families.map((family) => (family === 4 ? search.resolver.a(name) : search.resolver.aaaa(name))),
      )
  const hosts = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer))
  if (hosts.length > 0) {
    return hosts.map((host) => ({ transport, address: { host, port }, priority, weight, name }))
  }
  return answers.includes('failure')
    ? dnsFailure(`DNS does not answer for the address of ${name}`)
    : notFound(`${name} has no address`)
}

/** Candidates follow one another; of two failures, one of the DNS outweighs, since it may be over later. */
function joined(before: Found, next: Found): Found {
  if (Array.isArray(before)) return Array.isArray(next) ? [...before, ...next] : before
  if (Array.isArray(next) || next.failure === 'dns-failure') return next
  return before.failure === 'dns-failure' ? before : next
}
