import { isIP } from 'node:net'
import type { Address } from '../model/address.js'
import { failure, refusedByGuard } from './failure.js'
import type { ConnectOptions, ListenOptions, TransportFailure } from './transport.js'

const isPort = (port: number, lowest: number): boolean => Number.isInteger(port) && port >= lowest && port <= 65_535

/** Names were resolved before: node would otherwise ask a resolver, or throw. */
function unusable(address: Partial<Address>, lowestPort: number): TransportFailure | undefined {
  const { host, port } = address
  if (host !== undefined && isIP(host) === 0) return failure('resolve', 'NOT_AN_ADDRESS', `${host} is no IP address`)
  if (port === undefined || isPort(port, lowestPort)) return undefined
  return failure('other', 'ERR_SOCKET_BAD_PORT', `${port} is no port`)
}

/** Why nobody should try to connect with these options: no address, or no permission. */
export function refusedConnect(options: ConnectOptions): TransportFailure | undefined {
  const { remote, local, guard } = options
  const refusal = guard.refusal(remote.host)
  if (refusal !== undefined) return refusedByGuard(refusal)
  return unusable(remote, 1) ?? (local === undefined ? undefined : unusable(local, 0))
}

export const refusedListen = (options: ListenOptions): TransportFailure | undefined => unusable(options.local, 0)
