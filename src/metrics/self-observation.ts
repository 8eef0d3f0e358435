import { type EventLoopUtilization, type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { GeneratorHealth } from '../model/result.js'
import { openFilesShare, SocketDropReader } from './kernel-readings.js'
import { type SelfFigures, saturationReasons } from './saturation.js'

const resolutionMs = 10
/** CPU and loop are looked at over stretches of this length. */
const windowMs = 2000

/** What only others know. */
export interface SelfReadings {
  /** p99 of `schedule.lag` over the judged part; undefined before the first call. */
  scheduleLagP99Ms(): number | undefined
  /** What is held against the limits when it is not p99: see `judgedScheduleLagMs`. */
  scheduleLagJudgedMs?(): number | undefined
  /** p99 of how late RTP was sent; undefined without media. */
  sendLatenessP99Ms?(): number | undefined
  /** Used share of the media port range, 0 to 1. */
  mediaPortsShare?(): number | undefined
  /** Messages from the network that were not SIP, RTP or RTCP, by kind. */
  malformed?(): Readonly<Record<string, number>>
  /** Replaces the kernel's own count of dropped datagrams. */
  socketDrops?(): number
}

interface Mark {
  readonly atMs: number
  readonly cpuMicroseconds: number
  readonly loop: EventLoopUtilization
}

const takeMark = (): Mark => {
  const { user, system } = process.cpuUsage()
  return { atMs: performance.now(), cpuMicroseconds: user + system, loop: performance.eventLoopUtilization() }
}

/** Watches the generator itself, so that its own limits are never taken for the gateway's. */
export class SelfObservation {
  readonly #readings: SelfReadings
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #drops = new SocketDropReader()
  readonly #cpuAtStart = process.cpuUsage()
  #mark = takeMark()
  #busiestCpu: number | undefined
  #busiestLoop: number | undefined
  #openFiles: number | undefined
  #mediaPorts: number | undefined
  #dropsBefore = 0
  #dropsNow = 0

  constructor(readings: SelfReadings) {
    this.#readings = readings
    this.#delay.enable()
    this.beginJudged()
  }

  /** The warm-up is over: what was seen so far is forgotten. */
  beginJudged(): void {
    this.#delay.reset()
    this.#mark = takeMark()
    this.#busiestCpu = undefined
    this.#busiestLoop = undefined
    this.#dropsBefore = this.#readDrops()
    this.#dropsNow = this.#dropsBefore
  }

  /** To be called about twice a second. Figures of a stretch are those of its busiest two seconds. */
  observe(): void {
    const mark = takeMark()
    const elapsedMs = mark.atMs - this.#mark.atMs
    if (elapsedMs < windowMs) return
    const cpu = (mark.cpuMicroseconds - this.#mark.cpuMicroseconds) / 1000 / elapsedMs
    const { utilization } = performance.eventLoopUtilization(mark.loop, this.#mark.loop)
    // The pair of the busiest stretch: CPU of one and loop of another would say nothing.
    if (
      this.#busiestCpu === undefined ||
      Math.min(cpu, utilization) > Math.min(this.#busiestCpu, this.#busiestLoop ?? 0)
    ) {
      this.#busiestCpu = cpu
      this.#busiestLoop = utilization
    }
    this.#mark = mark
    this.#openFiles = highest(this.#openFiles, openFilesShare())
    this.#mediaPorts = highest(this.#mediaPorts, this.#readings.mediaPortsShare?.())
    this.#dropsNow = this.#readDrops()
  }

  figures(): SelfFigures {
    return {
      scheduleLagMs: this.#readings.scheduleLagJudgedMs?.() ?? this.#readings.scheduleLagP99Ms(),
      eventLoopDelayP99Ms: this.#delayP99Ms(),
      busiestCpu: this.#busiestCpu,
      busiestLoop: this.#busiestLoop,
      socketDrops: this.#dropsNow - this.#dropsBefore,
      sendLatenessP99Ms: this.#readings.sendLatenessP99Ms?.(),
      openFiles: this.#openFiles,
      mediaPorts: this.#mediaPorts,
    }
  }

  /** Why the generator is the bottleneck so far; cheap, from the last look. */
  reasons(): string[] {
    return saturationReasons(this.figures())
  }

  /** For the result. `cpuSeconds` is of the whole process since observation began, warm-up included. */
  health(): GeneratorHealth {
    this.#dropsNow = this.#readDrops()
    const figures = this.figures()
    const reasons = saturationReasons(figures)
    const { user, system } = process.cpuUsage(this.#cpuAtStart)
    return {
      scheduleLagMs: this.#readings.scheduleLagP99Ms() ?? null,
      eventLoopDelayMs: figures.eventLoopDelayP99Ms ?? null,
      cpuSeconds: Math.round((user + system) / 1000) / 1000,
      socketDrops: figures.socketDrops,
      saturated: reasons.length > 0,
      reasons,
      malformed: this.#readings.malformed?.() ?? {},
    }
  }

  stop(): void {
    this.#delay.disable()
  }

  /** The monitor records the time between its ticks: what is beyond its own period is delay. */
  #delayP99Ms(): number | undefined {
    if (this.#delay.count === 0) return undefined
    return Math.max(0, this.#delay.percentile(99) / 1e6 - resolutionMs)
  }

  #readDrops(): number {
    return this.#readings.socketDrops?.() ?? this.#drops.read()
  }
}

const highest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
