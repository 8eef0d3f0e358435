import { SiploadgenError } from '../../base/errors.js'
import type { Rng } from '../../base/rng.js'
import { type Address, type TransportName, transportNames } from '../../model/address.js'
import { locate } from '../../sip/locate/locate.js'
import type { TargetGuard } from '../../transport/guard.js'
import { NodeResolver } from '../../transport/node-resolver.js'

export interface LocatedTarget {
  readonly transport: TransportName
  readonly host: string
  readonly address: Address
  /** Of the URI of a WebSocket. */
  readonly path: string
}

const wanted = /^(?:([a-z]+):(?:\/\/)?)?(\[[0-9a-fA-F:.]+\]|[^:/[\]]+)(?::(\d{1,5}))?(\/\S*)?$/

/** `udp://host:port`, `host` or `host:port`; the first address that RFC 3263 gives and the guard permits. */
export async function locateTarget(text: string, guard: TargetGuard, rng: Rng): Promise<LocatedTarget> {
  const [, scheme = 'udp', host = '', port, path = '/'] = wanted.exec(text) ?? []
  const transport = transportNames.find(
    (name) => name === (scheme === 'sip' ? 'udp' : scheme === 'sips' ? 'tls' : scheme),
  )
  if (transport === undefined || host === '' || (path !== '/' && !transport.startsWith('ws'))) {
    throw new SiploadgenError(
      'usage/arguments',
      `the target is TRANSPORT://HOST:PORT, such as udp://10.0.0.5:5060, not "${text}"`,
    )
  }
  const secure = transport === 'tls' || transport === 'wss'
  const parameter = transport === 'tls' ? 'tcp' : transport === 'wss' ? 'ws' : transport
  const target = { host, port: port === undefined ? undefined : Number(port), sips: secure, transport: parameter }
  const found = await locate(target, new NodeResolver({}), rng, { transports: [transport] })
  if ('failure' in found) throw new SiploadgenError('environment/resolve', `${host}: ${found.text}`)
  const [first] = found
  if (first === undefined) throw new SiploadgenError('environment/resolve', `${host} has no address`)
  const refusal = guard.check(host, first.address)
  if (refusal !== undefined) throw new SiploadgenError('target/permission', `the target ${refusal}`)
  return { transport, host, address: first.address, path }
}
