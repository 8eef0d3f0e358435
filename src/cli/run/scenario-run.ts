import type { Phone } from '../../agent/phone.js'
import { Stack } from '../../agent/stack.js'
import type { Clock, Timer } from '../../base/clock.js'
import { Rng } from '../../base/rng.js'
import { WheelClock } from '../../base/wheel-clock.js'
import { Driver } from '../../load/driver.js'
import { buildPhones, type GroupTargets, turnsOf } from '../../load/phones.js'
import { checkTargets, openGroup, type PreparedGroup, registerAll } from '../../load/preparation.js'
import { ownTurns, type Shard } from '../../load/shard.js'
import type { PortUse } from '../../media/stream-place.js'
import type { StreamPort } from '../../media/stream-port.js'
import { newStreamPort } from '../../media/stream-ports.js'
import type { Recorder } from '../../metrics/recorder.js'
import type { AgentGroup, Scenario } from '../../model/scenario.js'
import { timerValues } from '../../sip/transaction/timers.js'
import type { TargetGuard } from '../../transport/guard.js'
import { closeWithin } from './close-within.js'
import { type GatewayPlaces, type GroupPlaces, placeGroups } from './gateways.js'
import type { Interruption } from './interruption.js'
import { KeyLogFiles } from './key-log.js'
import { Observation } from './observation.js'
import { readyAudio } from './ready-audio.js'
import type { RunLog } from './run-log.js'
import type { RunTraffic } from './run-traffic.js'
import { SampleKeeper } from './samples.js'

export type RunPhase = 'preparing' | 'registering' | 'loading' | 'draining' | 'ending'

/** After load has ended by itself, calls in progress may finish for so long on top of the longest Timer B. */
const DRAIN_GRACE_MS = 60_000
/** After an interruption, hanging up may take so long. */
const HANG_UP_MS = 5_000
const UNREGISTER_MS = 3_000
/** What the recordings of all calls in progress may take; calls beyond have none. */
const RECORDING_BYTES = 256_000_000

export interface ScenarioRunOptions {
  readonly scenario: Scenario
  readonly shard: Shard
  readonly recorder: Recorder
  readonly guard: TargetGuard
  readonly gateways: GatewayPlaces
  readonly interruption: Interruption
  readonly version: string
  readonly log: RunLog
}

/** Everything of one run, or of a shard of it, between the scenario and its numbers. */
export class ScenarioRun {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly stack: Stack
  readonly media: StreamPort | undefined
  readonly driver: Driver
  readonly observation: Observation
  readonly samples: SampleKeeper
  readonly groups: PreparedGroup[] = []
  phase: RunPhase = 'preparing'
  registrationsWanted = 0
  places: GroupPlaces | undefined
  readonly #shard: Shard
  readonly #rng: Rng
  readonly #gateways: GatewayPlaces
  readonly #interruption: Interruption
  readonly #guard: TargetGuard
  readonly #keyLogs = new KeyLogFiles()
  readonly #log: RunLog
  #traffic: RunTraffic | undefined
  #hangUpLimit: Timer | undefined

  constructor(options: ScenarioRunOptions) {
    const { scenario, shard, recorder, guard, gateways, interruption, version, log } = options
    this.scenario = scenario
    this.#shard = shard
    this.#guard = guard
    this.#log = log
    this.#gateways = gateways
    this.#interruption = interruption
    this.clock = new WheelClock()
    this.#rng = new Rng(scenario.seed, 'run')
    const wantsMedia = scenario.groups.some((group) => group.media !== 'none')
    this.media = wantsMedia
      ? newStreamPort({
          clock: this.clock,
          ...(scenario.record && { recording: { longestMs: scenario.record.longestMs, mostBytes: RECORDING_BYTES } }),
        })
      : undefined
    this.stack = new Stack({
      clock: this.clock,
      // Tags, branches and Call-IDs of one shard are not those of another.
      rng: this.#rng.fork(shard.of === 1 ? 'stack' : `stack ${shard.index}`),
      timers: timerValues(scenario.timers),
      guard,
      media: this.media,
      avoidFailedTargetMs: scenario.failover.avoidMs,
      userAgent: `siploadgen/${version}`,
      count: {
        sentAgain: (method) => recorder.count('sip.retransmissions', { method }, 1, this.clock.nowMs()),
        timedOut: (method) => recorder.count('sip.timeouts', { method }, 1, this.clock.nowMs()),
      },
    })
    this.samples = new SampleKeeper(scenario.samples.calls, this.#rng.fork('samples'), scenario.hearing)
    this.observation = new Observation(this.clock, recorder, this.samples, log)
    this.driver = new Driver(scenario, this.clock, this.#rng.fork('load'), this.observation, shard)
    interruption.onStop(() => this.driver.interrupt())
  }

  get #stopped(): boolean {
    return this.#interruption.stopped
  }

  /** Lets a capture see everything from now on. */
  capture(traffic: RunTraffic): void {
    this.#traffic = traffic
    this.stack.taps = traffic
    if (this.media) this.media.tap = traffic.mediaTap(this.media)
    this.observation.onCallEnded = (record) => traffic.ended(record)
  }

  /** Finds targets, opens sockets and connections, registers. Nothing has been called when this is done. */
  async prepare(): Promise<void> {
    await readyAudio(this.scenario.groups)
    const targetRng = this.#rng.fork('targets')
    this.places = await placeGroups(this.scenario, this.#gateways, targetRng, this.#guard, this.clock, this.#log)
    for (const group of this.scenario.groups) {
      const where = this.places.get(group.name)
      if (!where) throw new Error(`group ${group.name} has no place`)
      this.groups.push({ group, phones: this.#phonesOf(group, where), exchange: undefined })
    }
    for (const prepared of this.groups) {
      await this.#unlessStopped(openGroup(this.stack, prepared, () => this.#stopped))
    }
    if (!this.#stopped) await checkTargets(this.stack, this.groups)
    this.registrationsWanted = this.groups.reduce(
      (sum, { group, phones }) => sum + (group.register ? phones.length : 0),
      0,
    )
    this.phase = 'registering'
    const { registrationRate } = this.scenario.load
    await this.#unlessStopped(registerAll(this.stack, this.groups, registrationRate, () => this.#stopped, this.#shard))
    await this.#readyMedia()
  }

  /** An interruption does not wait for a target that does not answer. */
  async #unlessStopped(work: Promise<unknown>): Promise<void> {
    if (this.#stopped) return
    await Promise.race([work, new Promise<void>((resolve) => this.#interruption.onStop(resolve))])
  }

  #phonesOf(group: AgentGroup, where: GroupTargets): Phone[] {
    const toFile = group.tls.keyLogFile === undefined ? undefined : this.#keyLogs.writer(group.tls.keyLogFile)
    const toCapture = this.#traffic?.keyLog
    const keyLog =
      toFile && toCapture
        ? (line: Buffer): void => {
            toFile(line)
            toCapture(line)
          }
        : (toFile ?? toCapture)
    const phones = buildPhones(this.stack, group, this.scenario.inputs, { ...where, keyLog }, this.driver, this.#shard)
    this.driver.pools.add(group.name, turnsOf(phones, group, this.#shard))
    return phones
  }

  /** Binding sockets ahead keeps it out of the first calls' set-up. */
  async #readyMedia(): Promise<void> {
    if (!this.media || this.#stopped) return
    for (const { group, phones } of this.groups) {
      const host = phones[0]?.flow?.channel?.local.host
      const wanted = Math.min(ownTurns(this.#shard, group).length, 500)
      if (group.media === 'none') continue
      if (host !== undefined && wanted > 0) await this.media.prepare(host, wanted, portUseOf(group))
    }
  }

  /** Runs the load from `startMs` on, now when it is left out, to its end or to the interruption. */
  async load(startMs?: number): Promise<void> {
    this.phase = 'loading'
    if (this.#stopped) return
    const over = this.driver.run(startMs)
    const limitMs =
      this.driver.curve.totalMs + this.stack.timers.giveUpMs + DRAIN_GRACE_MS + longestTalkMs(this.scenario)
    const late = this.stack.after(limitMs, () => this.driver.interrupt())
    try {
      await Promise.race([over, this.#afterInterruption()])
    } finally {
      this.clock.disarm(late)
      // An armed timer would keep the process.
      if (this.#hangUpLimit) this.clock.disarm(this.#hangUpLimit)
    }
  }

  /** Once interrupted, hanging up gets its time and no more. */
  #afterInterruption(): Promise<void> {
    return new Promise((resolve) => {
      this.#interruption.onStop(() => {
        this.#hangUpLimit = this.stack.after(HANG_UP_MS, resolve)
      })
    })
  }

  /** Removes registrations, closes everything. */
  async end(): Promise<void> {
    this.phase = 'ending'
    const phones = this.groups.flatMap((prepared) => prepared.phones)
    await closeWithin(Promise.all(phones.map((phone) => phone.unregister())), UNREGISTER_MS)
    await closeWithin(Promise.all(phones.map((phone) => phone.close())), UNREGISTER_MS)
    await Promise.all(this.groups.map(({ exchange }) => exchange?.close()))
    this.stack.close()
    await this.media?.close()
    this.#keyLogs.close()
  }
}

const portUseOf = ({ media, mediaPorts }: AgentGroup): PortUse => (media === 'webrtc' ? 'muxed' : mediaPorts)

/** The longest time that one flow of the scenario may wait by itself. */
function longestTalkMs(scenario: Scenario): number {
  let longest = 0
  for (const { program } of scenario.flows) {
    let total = 0
    for (const instruction of program) {
      if (instruction.op !== 'wait' && instruction.op !== 'ring') continue
      const { duration } = instruction
      if (duration.kind === 'fixed') total += duration.ms
      else if (duration.kind === 'uniform') total += duration.highMs
      else total += 10 * duration.meanMs
    }
    longest = Math.max(longest, total)
  }
  return longest
}
