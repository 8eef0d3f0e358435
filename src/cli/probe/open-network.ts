import { readFileSync } from 'node:fs'
import type { Clock } from '../../base/clock.js'
import { SiploadgenError } from '../../base/errors.js'
import type { Rng } from '../../base/rng.js'
import { ListeningNetwork } from '../../probe/listening-network.js'
import { SocketNetwork } from '../../probe/socket-network.js'
import type { ProbeTarget } from '../../probe/target.js'
import type { Network } from '../../probe/wire.js'
import type { KeyPair } from '../../transport/certificates.js'
import type { TargetGuard } from '../../transport/guard.js'

export interface NetworkOptions {
  readonly listen: number | undefined
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

interface Means {
  readonly clock: Clock
  readonly guard: TargetGuard
  readonly rng: Rng
}

/** Sockets to the target, or a server of WebSockets that it comes to. */
export async function openNetwork(
  target: ProbeTarget,
  options: NetworkOptions,
  { clock, guard, rng }: Means,
): Promise<Network> {
  const { listen, ca } = options
  if (listen === undefined || !target.transport.startsWith('ws')) {
    return new SocketNetwork({ target, guard, rng, ca: ca && readPem('--ca', ca), listenPort: listen })
  }
  const certificate = target.transport === 'wss' ? certificateOf(options) : undefined
  const network = await ListeningNetwork.listen({ target, port: listen, certificate, clock })
  if (typeof network === 'string') throw new SiploadgenError('environment/port', network)
  return network
}

function certificateOf({ certificate, key }: NetworkOptions): KeyPair {
  if (certificate === undefined || key === undefined)
    throw new SiploadgenError('usage/arguments', 'clients of WSS are shown a certificate: --certificate and --key')
  return { certPem: readPem('--certificate', certificate), keyPem: readPem('--key', key) }
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SiploadgenError('usage/arguments', `${option} ${file}: ${(error as Error).message}`)
  }
}
