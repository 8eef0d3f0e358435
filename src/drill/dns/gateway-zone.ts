import type { TransportName } from '../../model/address.js'
import type { Target } from '../../model/scenario.js'
import type { ZoneRecord } from './zone.js'

/** Transports that RFC 3263 places by SRV records, with the service of each. */
const services = {
  udp: { naptr: 'SIP+D2U', srv: '_sip._udp' },
  tcp: { naptr: 'SIP+D2T', srv: '_sip._tcp' },
  tls: { naptr: 'SIPS+D2T', srv: '_sips._tcp' },
} as const

type PlacedTransport = keyof typeof services

export const isPlaced = (transport: TransportName): transport is PlacedTransport => transport in services

/** NAPTR, SRV and A records by which agents find these instances of the embedded gateway at a domain. */
export function gatewayRecords(domain: string, targets: readonly Target[]): ZoneRecord[] {
  const naptr = Object.values(services).map(
    (service, i): ZoneRecord => ({
      type: 'NAPTR',
      name: domain,
      data: {
        order: 10,
        preference: 10 + i,
        flags: 's',
        services: service.naptr,
        regexp: '',
        replacement: `${service.srv}.${domain}`,
      },
    }),
  )
  const srv = targets.flatMap(({ name, transport, port, priority, weight }): ZoneRecord[] => {
    if (!isPlaced(transport) || port === undefined) return []
    const data = { priority, weight, port, target: `${name}.${domain}` }
    return [{ type: 'SRV', name: `${services[transport].srv}.${domain}`, data }]
  })
  const hosts = new Map(targets.map(({ name, host }) => [`${name}.${domain}`, host]))
  const a = [...hosts].map(
    ([name, host]): ZoneRecord => ({ type: host.includes(':') ? 'AAAA' : 'A', name, data: host }),
  )
  return [...naptr, ...srv, ...a]
}

/** The domain as a target of each of these transports. */
export const domainTargets = (domain: string): Target[] =>
  (Object.keys(services) as PlacedTransport[]).map((transport) => ({
    name: domain,
    transport,
    host: domain,
    port: undefined,
    path: '/',
    priority: 0,
    weight: 1,
  }))

/** What is left when nothing leads to an instance. */
export const recordsWithout = (records: readonly ZoneRecord[], instance: string): ZoneRecord[] =>
  records.filter(({ type, name, data }) => {
    const leadsTo = type === 'SRV' ? data.target : name
    return !leadsTo.startsWith(`${instance}.`)
  })
