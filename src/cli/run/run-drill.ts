import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../base/clock.js'
import { DnsServer } from '../../drill/dns/dns-server.js'
import { domainTargets, gatewayRecords, isPlaced } from '../../drill/dns/gateway-zone.js'
import { parseRecord, Zone, type ZoneRecord } from '../../drill/dns/zone.js'
import { Drill } from '../../drill/drill.js'
import type { Scene } from '../../drill/fault.js'
import { Journal, type JournalEntry } from '../../drill/journal.js'
import { identify } from '../../drill/process-identity.js'
import { ImpairmentRelay } from '../../drill/relay/impairment-relay.js'
import { stateFolder } from '../../drill/state-folder.js'
import type { Undo } from '../../drill/undo.js'
import type { GatewayHandle } from '../../gateway/embedded.js'
import type { FaultEvent } from '../../model/fault-event.js'
import type { GatewayTarget, Scenario, Target } from '../../model/scenario.js'
import { ipVersion } from '../../scenario/ip-address.js'
import { localAddressFor } from '../../transport/local-address.js'
import { type StartedGateways, stopGateways } from './gateways.js'

const program = fileURLToPath(new URL('../../../bin/siploadgen.js', import.meta.url))
const LAST_UNDO_MS = 60_000

/** What a scenario with faults needs around its run: journal, relay, name server; and the faults themselves. */
export class RunDrill {
  /** The scenario and its gateways as agents are to see them: behind the relay, with our name server. */
  readonly seen: Seen
  readonly #parts: DrillParts
  readonly #run: string
  readonly #journal: Journal
  readonly #onExit = (): void => this.#undoAtExit()
  #own: JournalEntry[] = []
  #drill: Drill | undefined
  #logFile: string | undefined
  #log = ''

  private constructor(seen: Seen, parts: DrillParts, journal: Journal, run: string) {
    this.seen = seen
    this.#parts = parts
    this.#journal = journal
    this.#run = run
  }

  /** Whether a run of this scenario needs one. */
  static isWanted({ faults, dns, gateway }: Scenario): boolean {
    return faults.length > 0 || dns.serve.length > 0 || domainOf(gateway) !== undefined
  }

  /** Begins the journal and starts what stands between agents and gateways; throws `environment/journal`. */
  static async open(scenario: Scenario, gateways: StartedGateways): Promise<RunDrill> {
    const run = `${Date.now().toString(36)}-${process.pid}`
    const owner = identify(process.pid)
    if (!owner) throw new Error('this process is not in /proc')
    const startedAt = new Date().toISOString()
    const journal = Journal.begin(join(stateFolder(), 'drills'), { run, scenario: scenario.name, startedAt, owner })
    const parts = await startParts(scenario, gateways.get(scenario.gateway)?.targets ?? [])
    try {
      const seen = byDomain(await behindRelay(scenario, gateways, parts.relay))
      const dns = parts.dns ? { ...scenario.dns, servers: [parts.dns.address] } : scenario.dns
      const drill = new RunDrill({ ...seen, scenario: { ...seen.scenario, dns } }, parts, journal, run)
      if (scenario.faults.length > 0) drill.#noteOwn()
      process.on('exit', drill.#onExit)
      return drill
    } catch (error) {
      await stopParts(parts)
      throw error
    }
  }

  /** What the run itself would leave behind if it were killed while its gateways are stopped or dead. */
  #noteOwn(): void {
    const undos: Undo[] = []
    for (const handle of this.seen.gateways.values()) {
      undos.push({ kind: 'remove folder', folder: handle.folder })
      for (const { pid } of handle.instances) {
        const process = pid === undefined ? undefined : identify(pid)
        if (process) undos.push({ kind: 'end process', process })
      }
    }
    this.#own = undos.map((undo) => this.#journal.add('the embedded gateways', undo))
  }

  /** Finds out whether every fault can be made; throws `environment/fault`. */
  async prepare(clock: Clock, tell: (event: FaultEvent) => void): Promise<void> {
    const { scenario, gateways } = this.seen
    const instances = gateways.get(scenario.gateway)?.instances ?? []
    const scene: Scene = {
      run: this.#run,
      relay: this.#parts.relay,
      dns: this.#parts.dns,
      tell: (text) => this.#note(text),
      instance: (name) => {
        const found = instances.find((each) => each.name === name)
        if (!found) throw new Error(`there is no ${name}`)
        return found
      },
    }
    this.#drill = await Drill.prepare(scenario.faults, scene, {
      clock,
      journal: this.#journal,
      tell: (event) => {
        this.#note(describe(event))
        tell(event)
      },
    })
  }

  get plan(): readonly string[] {
    return this.#drill?.plan ?? []
  }

  /** Faults begin at their times from now on; load has started. */
  start(loadStartMs: number): void {
    this.#drill?.start(loadStartMs)
  }

  /** Undoes whatever is in force. */
  async end(): Promise<void> {
    await this.#drill?.end()
  }

  /** What went wrong with the faults themselves. */
  get problems(): readonly string[] {
    return this.#drill?.problems ?? []
  }

  /** Keeps what commands print, and when faults began and ended, in the run's folder. */
  logInto(folder: string): void {
    this.#logFile = join(folder, 'drill.log')
    if (this.#log !== '') appendFileSync(this.#logFile, this.#log)
  }

  #note(text: string): void {
    const line = `${new Date().toISOString()} ${text}\n`
    this.#log += line
    if (this.#logFile !== undefined) appendFileSync(this.#logFile, line)
  }

  /** After this nothing is left but what could not be undone, which stays in the journal. */
  async close(): Promise<void> {
    await this.end()
    await stopParts(this.#parts)
    await stopGateways(this.seen.gateways)
    for (const entry of this.#own.splice(0)) this.#journal.remove(entry)
    process.off('exit', this.#onExit)
  }

  /** The process ends in haste, by a second Ctrl-C or a bug: another one undoes what the journal holds. */
  #undoAtExit(): void {
    if (this.#journal.content.entries.length === 0) return
    process.stderr.write('undoing what the drill has changed\n')
    const args = [program, 'cleanup', '--run', this.#run]
    spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: LAST_UNDO_MS })
  }
}

interface DrillParts {
  readonly relay: ImpairmentRelay | undefined
  readonly dns: DnsServer | undefined
}

async function startParts(scenario: Scenario, targets: readonly Target[]): Promise<DrillParts> {
  const served = scenario.dns.serve.map(parseRecord).filter((each): each is ZoneRecord => typeof each !== 'string')
  const domain = domainOf(scenario.gateway)
  const records = domain === undefined ? served : [...served, ...gatewayRecords(domain, targets)]
  const dns = records.length > 0 ? await DnsServer.start(new Zone(records)) : undefined
  const impairs = scenario.faults.some(({ kind }) => kind === 'impair')
  return { dns, relay: impairs ? new ImpairmentRelay(scenario.seed) : undefined }
}

async function stopParts({ relay, dns }: DrillParts): Promise<void> {
  await Promise.all([relay?.stop(), dns?.close()])
}

export interface Seen {
  readonly scenario: Scenario
  readonly gateways: StartedGateways
}

const domainOf = (gateway: GatewayTarget): string | undefined =>
  gateway.kind === 'embedded' ? gateway.options.domain : undefined

/** Agents know the domain instead of addresses, where a transport is found by SRV records. */
function byDomain(seen: Seen): Seen {
  const { gateway } = seen.scenario
  const domain = domainOf(gateway)
  const handle = seen.gateways.get(gateway)
  if (domain === undefined || !handle) return seen
  const targets = [...handle.targets.filter(({ transport }) => !isPlaced(transport)), ...domainTargets(domain)]
  return { ...seen, gateways: new Map([...seen.gateways, [gateway, { ...handle, targets }]]) }
}

/** Targets that a fault impairs are reached through the relay, the others as they are. */
async function behindRelay(
  scenario: Scenario,
  gateways: StartedGateways,
  relay: ImpairmentRelay | undefined,
): Promise<Seen> {
  if (!relay) return { scenario, gateways }
  const impaired = new Set(scenario.faults.filter(({ kind }) => kind === 'impair').map(({ target }) => target))
  const through = async (target: Target): Promise<Target> => {
    const { name, transport, host, port } = target
    if (!impaired.has(name) || port === undefined || ipVersion(host) === 0) return target
    const near = await localAddressFor({ host, port })
    return { ...target, ...(await relay.open(name, transport, near, { host, port })) }
  }
  const all = (targets: readonly Target[]): Promise<Target[]> => Promise.all(targets.map(through))
  const { gateway } = scenario
  if (gateway.kind === 'external') {
    const seen: GatewayTarget = { ...gateway, targets: await all(gateway.targets) }
    return { scenario: { ...scenario, gateway: seen }, gateways }
  }
  const handle = gateways.get(gateway)
  if (!handle) return { scenario, gateways }
  const seen: GatewayHandle = { ...handle, targets: await all(handle.targets) }
  return { scenario, gateways: new Map([...gateways, [gateway, seen]]) }
}

function describe({ name, kind, endMs, undone, problem }: FaultEvent): string {
  const state = endMs === undefined ? 'is in force' : undone ? 'is undone' : 'has ended'
  return `the fault "${name}" (${kind}) ${state}${problem === undefined ? '' : `: ${problem}`}`
}
