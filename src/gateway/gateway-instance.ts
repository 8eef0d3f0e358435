import type { Address, TransportName } from '../model/address.js'
import type { GatewayFaults } from '../model/scenario.js'
import type { CertificateAuthority } from '../transport/certificates.js'
import type { GatewayOptions } from './gateway-options.js'
import { GatewayProcess } from './gateway-process.js'
import type { GatewayStatistics } from './gateway-statistics.js'

/** What certificates of a gateway name: its address, and what agents may call it. */
export const namesOf = ({ host, realm, domain }: GatewayOptions): string[] => [
  host,
  'localhost',
  realm,
  ...(domain === undefined ? [] : [domain]),
]

export type Places = Partial<Record<TransportName, Address>>

export interface InstanceSettings {
  readonly name: string
  readonly entry: URL
  readonly options: GatewayOptions
  /** Signs the certificates that it shows. */
  readonly authority: CertificateAuthority
  /** Of the parent; the child removes it when the parent was killed. */
  readonly folder: string
  readonly timeoutMs: number
}

/** One gateway of a run: its process, and after a kill another at the same addresses. Everything rejects with `environment/gateway`. */
export class GatewayInstance {
  readonly name: string
  readonly #settings: InstanceSettings
  #process: GatewayProcess
  /** Started already, and not listening. */
  #spare: Promise<GatewayProcess> | undefined
  #options: GatewayOptions
  #peers: readonly Address[] = []

  constructor(settings: InstanceSettings) {
    this.name = settings.name
    this.#settings = settings
    this.#options = settings.options
    this.#process = this.#spawn()
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** As they were when it started; changes are not noted here. */
  get faults(): GatewayFaults {
    return this.#options.faults
  }

  #spawn(): GatewayProcess {
    return new GatewayProcess(this.#settings.entry, this.name)
  }

  async start(): Promise<Places> {
    const { folder, timeoutMs } = this.#settings
    const started = await this.#process.ask(
      { kind: 'start', options: this.#options, folder, standBy: false },
      timeoutMs,
    )
    const places = started.kind === 'ready' ? started.addresses : {}
    // Whoever takes its place listens where it did.
    const ports = Object.fromEntries(Object.entries(places).map(([transport, { port }]) => [transport, port]))
    this.#options = { ...this.#options, ports }
    return places
  }

  async introduce(peers: readonly Address[]): Promise<void> {
    this.#peers = peers
    await this.#process.ask({ kind: 'peers', addresses: peers }, this.#settings.timeoutMs)
  }

  async fault(change: Partial<GatewayFaults>): Promise<void> {
    await this.#process.ask({ kind: 'fault', change }, this.#settings.timeoutMs)
  }

  async restart(): Promise<void> {
    await this.#process.ask({ kind: 'restart' }, this.#settings.timeoutMs)
  }

  /** Loses registrations and connections and stops listening, or listens again; its relay goes on. */
  async signalling(up: boolean): Promise<void> {
    await this.#process.ask({ kind: 'signalling', up }, this.#settings.timeoutMs)
  }

  /** Stops or starts its media relay; calls in progress keep their streams or lose them. */
  async relay(up: boolean, calls: 'kept' | 'lost'): Promise<void> {
    await this.#process.ask({ kind: 'relay', up, calls }, this.#settings.timeoutMs)
  }

  /** A certificate of the run's authority for its names. */
  issue(state: 'valid' | 'expired'): Promise<{ readonly certPem: string; readonly keyPem: string }> {
    return this.#settings.authority.issue(namesOf(this.#options), state)
  }

  async show(certificate: { readonly certPem: string; readonly keyPem: string }): Promise<void> {
    await this.#process.ask({ kind: 'certificate', ...certificate }, this.#settings.timeoutMs)
  }

  async statistics(calls: boolean): Promise<GatewayStatistics | undefined> {
    const reply = await this.#process.ask({ kind: 'statistics', calls }, this.#settings.timeoutMs)
    return reply.kind === 'statistics' ? reply.statistics : undefined
  }

  /** Ends its process as `kill -9` does; resolves when it is gone. */
  kill(): Promise<void> {
    return this.#process.kill()
  }

  /** Readies a process that takes its place, so that reviving takes no time. Resolves when it stands by. */
  async standBy(): Promise<void> {
    this.#spare ??= this.#startSpare()
    await this.#spare
  }

  async #startSpare(): Promise<GatewayProcess> {
    const { folder, timeoutMs } = this.#settings
    const spare = this.#spawn()
    try {
      await spare.ask({ kind: 'start', options: this.#options, folder, standBy: true }, timeoutMs)
      await spare.ask({ kind: 'peers', addresses: this.#peers }, timeoutMs)
      return spare
    } catch (error) {
      await spare.stop()
      throw error
    }
  }

  /** Another process at the same addresses, which knows nothing of what the killed one knew. */
  async revive(): Promise<void> {
    await this.standBy()
    const spare = await this.#spare
    if (!spare) throw new Error(`${this.name} has nobody to take its place`)
    this.#spare = undefined
    const former = this.#process
    this.#process = spare
    await former.stop()
    await spare.ask({ kind: 'signalling', up: true }, this.#settings.timeoutMs)
  }

  async stop(): Promise<void> {
    // One that failed has stopped itself, and whoever waited for it was told.
    const spare = await this.#spare?.catch(() => undefined)
    await Promise.all([this.#process.stop(), spare?.stop()])
  }
}
