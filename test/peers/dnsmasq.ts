import { freePort } from './free-port.js'
import { type Peer, startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'

export interface DnsRecords {
  readonly naptr?: readonly {
    readonly name: string
    readonly order: number
    readonly preference: number
    readonly service: string
    readonly replacement: string
  }[]
  readonly srv?: readonly {
    readonly name: string
    readonly target: string
    readonly port: number
    readonly priority: number
    readonly weight: number
  }[]
  readonly a?: readonly { readonly name: string; readonly address: string }[]
}

export interface Dnsmasq {
  /** `127.0.0.1:PORT`, as `dns: servers` takes it. */
  readonly server: string
  /** Questions so far, such as `NAPTR sip.test`. */
  queries(): string[]
}

/** Starts dnsmasq on loopback with these records, and no others, neither from files nor from further servers. */
export async function startDnsmasq(records: DnsRecords): Promise<Dnsmasq> {
  const port = await freePort()
  const args = ['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--no-poll']
  args.push('--log-queries', '--log-facility=-', '--pid-file=', '--bind-interfaces', '--listen-address=127.0.0.1')
  args.push(`--port=${port}`, '--local=/test/', '--user=root')
  for (const { name, order, preference, service, replacement } of records.naptr ?? []) {
    args.push(`--naptr-record=${name},${order},${preference},s,${service},,${replacement}`)
  }
  for (const { name, target, port: at, priority, weight } of records.srv ?? []) {
    args.push(`--srv-host=${name},${target},${at},${priority},${weight}`)
  }
  for (const { name, address } of records.a ?? []) args.push(`--host-record=${name},${address}`)
  const peer: Peer = await startPeer({ command: requirePeer('dnsmasq'), args, ready: /started, version/ })
  return {
    server: `127.0.0.1:${port}`,
    queries: () =>
      [...peer.output().matchAll(/query\[(?:type=)?(\w+)\] (\S+) from/g)].map(([, type, name]) => `${type} ${name}`),
  }
}
