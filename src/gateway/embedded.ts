import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transportNames } from '../model/address.js'
import type { GatewayFaults, Target } from '../model/scenario.js'
import { createAuthority } from '../transport/certificates.js'
import { GatewayInstance, namesOf, type Places } from './gateway-instance.js'
import { type GatewayOptions, gatewayOptions } from './gateway-options.js'
import type { GatewayStatistics } from './gateway-statistics.js'

export interface EmbeddedStart extends Partial<Omit<GatewayOptions, 'certificate'>> {
  /** Number of gateways, default 1. They find each other's users. Given `ports` are those of the first. */
  readonly instances?: number
  /** For each step of starting. */
  readonly timeoutMs?: number
}

export interface GatewayHandle {
  /** One for each gateway and transport. */
  readonly targets: readonly Target[]
  /** PEM file of the authority that signed all their certificates; removed by `stop`. */
  readonly caFile: string
  /** The same as text. */
  readonly caPem: string
  /** Holds what the run needs of them; removed by `stop`. */
  readonly folder: string
  readonly instances: readonly GatewayInstance[]
  /** Process ids, one a gateway. */
  readonly pids: readonly number[]
  /** Changes faults of all gateways, or of one by its number from 0. */
  fault(change: Partial<GatewayFaults>, instance?: number): Promise<void>
  /** Restarts one gateway: it loses what it knows and its connections. */
  restart(instance: number): Promise<void>
  /** One for each gateway. */
  statistics(options?: { readonly calls?: boolean }): Promise<GatewayStatistics[]>
  /** Ends the processes; may be called again. */
  stop(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 15_000
const entry = new URL(
  // Run from the sources, as tests do, the child still needs what was compiled.
  import.meta.url.endsWith('.ts') ? '../../dist/gateway/main.js' : './main.js',
  import.meta.url,
)

/**
 * Starts gateways, each in a process of its own that ends with this one. Rejects with the error
 * `environment/gateway` when one of them does not start, and leaves none behind.
 */
export async function startEmbeddedGateway(start: EmbeddedStart = {}): Promise<GatewayHandle> {
  const { instances = 1, timeoutMs = DEFAULT_TIMEOUT_MS, ...given } = start
  const options = gatewayOptions(given)
  const authority = await createAuthority()
  const certificate = { caPem: authority.caPem, ...(await authority.issue(namesOf(options))) }
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-gateway-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, certificate.caPem)
  const gateways = Array.from({ length: instances }, (_, i) => {
    const own = { ...instanceOptions(options, i, instances), certificate }
    return new GatewayInstance({ name: `gateway-${i + 1}`, entry, options: own, authority, folder, timeoutMs })
  })
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    process.off('exit', removeFolder)
    removeFolder()
  }
  try {
    const places = await Promise.all(gateways.map((gateway) => gateway.start()))
    await introduce(gateways, places)
    const targets = gateways.flatMap(({ name }, i) => targetsOf(name, places[i] ?? {}))
    return handle(gateways, { folder, caFile, caPem: certificate.caPem, targets, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

function instanceOptions(options: GatewayOptions, index: number, instances: number): GatewayOptions {
  const { low, high } = options.rtpPorts
  const share = Math.floor((high - low + 1) / instances / 2) * 2
  const rtpPorts = { low: low + index * share, high: low + (index + 1) * share - 1 }
  return { ...options, rtpPorts, seed: options.seed + index, ports: index === 0 ? options.ports : {} }
}

/** Tells each gateway of the others. */
async function introduce(gateways: readonly GatewayInstance[], places: readonly Places[]): Promise<void> {
  await Promise.all(
    gateways.map((gateway, i) => gateway.introduce(places.flatMap(({ udp }, j) => (udp && j !== i ? [udp] : [])))),
  )
}

function targetsOf(name: string, places: Places): Target[] {
  return transportNames.flatMap((transport) => {
    const address = places[transport]
    if (!address) return []
    const { host, port } = address
    return [{ name, transport, host, port, path: '/', priority: 0, weight: 1 }]
  })
}

interface HandleParts {
  readonly folder: string
  readonly caFile: string
  readonly caPem: string
  readonly targets: readonly Target[]
  stop(): Promise<void>
}

function handle(gateways: readonly GatewayInstance[], parts: HandleParts): GatewayHandle {
  const some = (instance: number | undefined): readonly GatewayInstance[] =>
    instance === undefined ? gateways : gateways.slice(instance, instance + 1)
  return {
    ...parts,
    instances: gateways,
    pids: gateways.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    fault: async (change, instance) => {
      await Promise.all(some(instance).map((gateway) => gateway.fault(change)))
    },
    restart: async (instance) => {
      await Promise.all(some(instance).map((gateway) => gateway.restart()))
    },
    statistics: async (options) => {
      const replies = await Promise.all(gateways.map((gateway) => gateway.statistics(options?.calls ?? false)))
      return replies.flatMap((statistics) => (statistics ? [statistics] : []))
    },
  }
}
