import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, type TransportName, transportNames } from '../model/address.js'
import type { GatewayFaults, Target } from '../model/scenario.js'
import { createServerCertificate } from '../transport/certificates.js'
import { type GatewayOptions, gatewayOptions } from './gateway-options.js'
import { GatewayProcess } from './gateway-process.js'
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
  const certificate = await createServerCertificate([options.host, 'localhost', options.realm])
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-gateway-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, certificate.caPem)
  const gateways = Array.from({ length: instances }, (_, i) => new GatewayProcess(entry, `gateway ${i + 1}`))
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    process.off('exit', removeFolder)
    removeFolder()
  }
  try {
    const places = await Promise.all(
      gateways.map((gateway, i) =>
        startOne(gateway, { ...instanceOptions(options, i, instances), certificate }, folder, timeoutMs),
      ),
    )
    await introduce(gateways, places, timeoutMs)
    return handle(gateways, { caFile, caPem: certificate.caPem, targets: places.flatMap(targetsOf), timeoutMs, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

type Places = Partial<Record<TransportName, Address>>

function instanceOptions(options: GatewayOptions, index: number, instances: number): GatewayOptions {
  const { low, high } = options.rtpPorts
  const share = Math.floor((high - low + 1) / instances / 2) * 2
  const rtpPorts = { low: low + index * share, high: low + (index + 1) * share - 1 }
  return { ...options, rtpPorts, seed: options.seed + index, ports: index === 0 ? options.ports : {} }
}

async function startOne(
  gateway: GatewayProcess,
  options: GatewayOptions,
  folder: string,
  timeoutMs: number,
): Promise<Places> {
  const reply = await gateway.ask({ kind: 'start', options, folder }, timeoutMs)
  return reply.kind === 'ready' ? reply.addresses : {}
}

/** Tells each gateway of the others. */
async function introduce(
  gateways: readonly GatewayProcess[],
  places: readonly Places[],
  timeoutMs: number,
): Promise<void> {
  await Promise.all(
    gateways.map((gateway, i) => {
      const addresses = places.flatMap(({ udp }, j) => (udp && j !== i ? [udp] : []))
      return gateway.ask({ kind: 'peers', addresses }, timeoutMs)
    }),
  )
}

function targetsOf(places: Places, index: number): Target[] {
  return transportNames.flatMap((transport) => {
    const address = places[transport]
    if (!address) return []
    const { host, port } = address
    return [{ name: `gateway-${index + 1}`, transport, host, port, path: '/', priority: 0, weight: 1 }]
  })
}

interface HandleParts {
  readonly caFile: string
  readonly caPem: string
  readonly targets: readonly Target[]
  readonly timeoutMs: number
  stop(): Promise<void>
}

function handle(gateways: readonly GatewayProcess[], parts: HandleParts): GatewayHandle {
  const { caFile, caPem, targets, timeoutMs, stop } = parts
  const some = (instance: number | undefined): readonly GatewayProcess[] =>
    instance === undefined ? gateways : gateways.slice(instance, instance + 1)
  return {
    targets,
    caFile,
    caPem,
    pids: gateways.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    stop,
    fault: async (change, instance) => {
      await Promise.all(some(instance).map((gateway) => gateway.ask({ kind: 'fault', change }, timeoutMs)))
    },
    restart: async (instance) => {
      await Promise.all(some(instance).map((gateway) => gateway.ask({ kind: 'restart' }, timeoutMs)))
    },
    statistics: async (options) => {
      const calls = options?.calls ?? false
      const replies = await Promise.all(
        gateways.map((gateway) => gateway.ask({ kind: 'statistics', calls }, timeoutMs)),
      )
      return replies.flatMap((reply) => (reply.kind === 'statistics' ? [reply.statistics] : []))
    },
  }
}
