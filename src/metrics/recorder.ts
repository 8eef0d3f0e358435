import type { FaultEvent } from '../model/fault-event.js'
import { type HearingLimits, usualHearing } from '../model/hearing-limits.js'
import { type MetricName, metricTable } from '../model/metric-table.js'
import type { CallRecord, LegRecord, RegistrationRecord } from '../model/record.js'
import type { MetricTags } from '../model/result.js'
import { type Answer, measureAnswer } from './answer.js'
import { CallTally, isFailure } from './call-tally.js'
import type { Cell } from './cell.js'
import type { Definition } from './definition.js'
import { heardOf } from './definitions/heard.js'
import { callDefinitions, mediaDefinitions, registrationDefinitions } from './definitions/registry.js'
import { hasShare } from './definitions/target.js'
import { Drill } from './failover/drill.js'
import { FindingTally } from './finding-tally.js'
import { HistogramCodec } from './histogram.js'
import { type Leaf, LeafTable, type TagSet } from './leaf.js'
import { type LiveSnapshot, LiveView } from './live-view.js'
import type { Measurement, MeasureQuery, MeasureSource } from './measure.js'
import { mediaFindings } from './media-findings.js'
import { MediaTally } from './media-tally.js'
import type { LivePart } from './merge-live.js'
import { sumSlices, sumWhole, type Where } from './series-sum.js'
import { Slices } from './slices.js'
import type { Snapshot } from './snapshot.js'
import { buildSeries, buildSlices } from './snapshot-series.js'
import { TargetTallies } from './target-tally.js'
import { TimelinePoints } from './timeline-points.js'

const hasStreams = (leg: LegRecord): boolean => leg.streams.length > 0

export interface RecorderOptions {
  readonly warmupMs: number
  /** Of the timeline; it doubles as the run grows long. */
  readonly stepSeconds?: number
  /** What will be asked for: slices keep the windows exact, and results hold these breakdowns. */
  readonly questions?: readonly Pick<MeasureQuery, 'where' | 'between'>[]
  /** What counts as late and as a gap. */
  readonly hearing?: HearingLimits
  /** Faults will be made: what they do to calls and agents is measured. */
  readonly drill?: boolean
  readonly maxSlices?: number
  readonly maxPoints?: number
}

/**
 * Takes what happened and keeps numbers: HDR histograms, ratios and counters for every set of tags, over the whole
 * run and in time slices. A call belongs to its intended start: calls meant to start in the warm-up are in the
 * timeline and never judged. What happens before load starts (connections, registrations) is judged.
 *
 * `await readyHistograms()` once in the thread before creating one; `destroy()` when done.
 */
export class Recorder implements MeasureSource {
  readonly #codec = new HistogramCodec()
  readonly #leaves = new LeafTable()
  readonly #live = new LiveView()
  readonly #calls = new CallTally()
  readonly targets = new TargetTallies()
  readonly findings = new FindingTally()
  readonly drill: Drill
  readonly #media = new MediaTally()
  readonly #options: RecorderOptions
  #startMs: number | undefined
  #slices: Slices | undefined
  #points: TimelinePoints | undefined

  constructor(options: RecorderOptions) {
    this.#options = options
    this.drill = new Drill(options.drill === true)
  }

  /** Load starts now: time 0 of the timeline, of windows and of the warm-up. */
  startLoad(nowMs: number): void {
    const { warmupMs, stepSeconds = 1, questions = [], maxSlices = 300, maxPoints = 2400 } = this.#options
    const edges = questions.flatMap(({ between }) => (between === undefined ? [] : [between.fromMs, between.toMs]))
    const cutsMs = [...(warmupMs > 0 ? [warmupMs] : []), ...edges].map((edge) => nowMs + edge)
    this.#startMs = nowMs
    this.#slices = new Slices({ startMs: nowMs, stepMs: stepSeconds * 1000, cutsMs, maxSlices })
    this.#points = new TimelinePoints(nowMs, stepSeconds * 1000, maxPoints)
  }

  attempt(nowMs: number): void {
    this.#live.attempted++
    this.#points?.attempted(nowMs)
  }

  /** A 200 has arrived. */
  established(nowMs: number): void {
    this.#live.established++
    this.#points?.established(nowMs)
  }

  ended(nowMs: number): void {
    this.#live.ended++
    this.#points?.ended(nowMs)
  }

  /** RTP since the last report, of all streams: for the screen and the timeline only. */
  packets(nowMs: number, sent: number, received: number, lost: number): void {
    this.#live.packetsSent += sent
    this.#live.packetsReceived += received
    this.#live.packetsLost += lost
    this.#points?.packets(nowMs, sent + received)
  }

  /** A call that has ended, with all that it saw. */
  call(call: CallRecord): void {
    const atMs = call.intendedMs
    const warmup = this.#inWarmup(atMs)
    const set = this.#leaves.of(warmup, call.caller, call.transport, call.target, undefined)
    for (const definition of callDefinitions) this.#apply(definition, call, undefined, set, atMs)
    if (hasShare(call)) {
      // Calls that others placed have shares of their own: those of the gateway's routing.
      const direction = call.incoming ? 'incoming' : undefined
      const shares = this.#leaves.of(warmup, call.caller, call.transport, call.target, direction)
      this.#ratio(shares.leaf('target.share'), 1, 1, atMs)
    }
    if (call.legs.some(hasStreams)) this.#streams(call, warmup)
    this.#live.call(call)
    this.drill.log?.call(call)
    this.targets.add(call, !warmup)
    if (isFailure(call)) this.#points?.failed(call.endedMs ?? atMs)
    if (!warmup) this.#calls.add(call)
  }

  registration(registration: RegistrationRecord): void {
    const { startedMs, group, transport } = registration
    const set = this.#leaves.of(this.#inWarmup(startedMs), group, transport, undefined, undefined)
    for (const definition of registrationDefinitions) this.#apply(definition, registration, undefined, set, startedMs)
    this.#live.registration(registration)
    this.drill.log?.registration(registration)
    this.targets.registration(registration)
    this.#points?.registered(registration.endedMs, this.#live.registered)
  }

  fault(event: FaultEvent): void {
    this.drill.faults.note(event)
  }

  /** A connection is ready, handshakes included. */
  connect(transport: string, group: string, durationMs: number, atMs?: number): void {
    if (atMs !== undefined) this.drill.log?.connectionsMs.push(atMs)
    const set = this.#leaves.of(this.#inWarmup(atMs), group, transport, undefined, undefined)
    this.#value(set.leaf('transport.connect'), durationMs, atMs)
  }

  /** Adds to a counter. Without a time it is judged, and in no slice. */
  count(name: MetricName, tags: MetricTags, by: number, atMs?: number): void {
    const leaf = this.#leaves.ofTags(this.#inWarmup(atMs), tags).leaf(name)
    if (leaf.cell.kind !== 'counter') throw new Error(`${name} is a ${leaf.cell.kind}, not a counter`)
    leaf.cell.value += by
    const slice = this.#sliceCell(leaf, atMs)
    if (slice?.kind === 'counter') slice.value += by
  }

  gauge(name: MetricName, tags: MetricTags, value: number): void {
    const leaf = this.#leaves.ofTags(false, tags).leaf(name)
    if (leaf.cell.kind !== 'gauge') throw new Error(`${name} is a ${leaf.cell.kind}, not a gauge`)
    leaf.cell.value = value
  }

  /** One value of a histogram, in the metric's unit. */
  observe(name: MetricName, tags: MetricTags, value: number, atMs?: number): void {
    this.#value(this.#leaves.ofTags(this.#inWarmup(atMs), tags).leaf(name), value, atMs)
  }

  ratio(name: MetricName, tags: MetricTags, numerator: number, denominator: number, atMs?: number): void {
    this.#ratio(this.#leaves.ofTags(this.#inWarmup(atMs), tags).leaf(name), numerator, denominator, atMs)
  }

  live(nowMs: number): LiveSnapshot {
    return this.#live.snapshot(this.#startMs === undefined ? undefined : nowMs - this.#startMs)
  }

  livePart(nowMs: number): LivePart {
    return { live: this.live(nowMs), setup: this.#live.setup.stored() }
  }

  measure(query: MeasureQuery): Measurement {
    return measureAnswer(query, this.answer(query))
  }

  /** Everything behind the figure that a query asks for. */
  answer({ metric, where, between }: Omit<MeasureQuery, 'aggregate'>): Answer {
    const name = metric as MetricName
    const cell = this.#cellOf(name, where, between)
    return { cell, zero: cell === undefined && metricTable[name].kind === 'counter' && this.#exercised(name) }
  }

  /** `points` leaves breakdowns and slices out: cheap enough to be taken while load runs. */
  snapshot(detail: 'slices' | 'points' = 'slices'): Snapshot {
    const { questions = [], stepSeconds = 1 } = this.#options
    const wheres = questions.map((question) => question.where)
    const whole = detail === 'slices'
    const parts = { leaves: this.#leaves.leaves, codec: this.#codec, wheres, byTarget: this.drill.log !== undefined }
    return {
      metrics: buildSeries(parts, (name) => this.#exercised(name), whole),
      calls: this.#calls.counts(),
      media: this.#media.counts(),
      models: this.#media.models(),
      findings: this.findings.findings(),
      faults: this.drill.faults.events,
      faultFigures: this.drill.figures,
      targets: this.targets.tallies(this.#startMs ?? 0),
      timeline: {
        stepSeconds: this.#points?.stepSeconds ?? stepSeconds,
        points: this.#points?.points() ?? [],
        slices: whole ? buildSlices(parts, this.#slices?.all ?? [], this.#startMs ?? 0) : [],
      },
    }
  }

  destroy(): void {
    this.#codec.destroy()
  }

  #inWarmup(atMs: number | undefined): boolean {
    if (atMs === undefined || this.#startMs === undefined) return false
    return atMs >= this.#startMs && atMs < this.#startMs + this.#options.warmupMs
  }

  /** What only a call with streams of RTP can tell. */
  #streams(call: CallRecord, warmup: boolean): void {
    const { target, intendedMs } = call
    for (const leg of call.legs) {
      for (const stream of leg.streams) {
        const set = this.#leaves.of(warmup, leg.group, leg.transport, target, stream.direction)
        for (const definition of mediaDefinitions) this.#apply(definition, stream, call, set, intendedMs)
        if (!warmup) this.#media.add(stream)
      }
    }
    this.#countHeard(call)
    if (!warmup) for (const finding of mediaFindings(call)) this.findings.add(finding)
  }

  /** Each of the counters that are gated most stands at zero from the first call with media on. */
  #countHeard(call: CallRecord): void {
    const verdict = heardOf(call, this.#options.hearing ?? usualHearing)
    if (verdict === undefined) return
    const { heard, direction } = verdict
    const atMs = call.intendedMs
    const { target } = call
    const tags = { agent: call.caller, transport: call.transport, ...(target === undefined ? {} : { target }) }
    this.count('media.calls', { ...tags, heard, direction }, 1, atMs)
    this.count('media.one_way_calls', tags, heard === 'one-way' ? 1 : 0, atMs)
    this.count('media.silent_calls', tags, heard === 'silent' ? 1 : 0, atMs)
    this.count('media.cross_talk_calls', tags, heard === 'cross-talk' ? 1 : 0, atMs)
  }

  /** The transaction layer counts from the first request on, `media.calls` every verdict: silence is then a zero. */
  #exercised(name: MetricName): boolean {
    const judged = this.#leaves.leaves.filter((leaf) => !leaf.warmup)
    return name.startsWith('sip.') ? judged.length > 0 : judged.some((leaf) => leaf.name === name)
  }

  #cellOf(name: MetricName, where: Where, between: MeasureQuery['between']) {
    if (between === undefined) return sumWhole(name, this.#leaves.leaves, where)
    const startMs = this.#startMs ?? 0
    const within = (this.#slices?.all ?? []).filter(
      (slice) => slice.fromMs >= startMs + between.fromMs && slice.toMs <= startMs + between.toMs,
    )
    return sumSlices(name, this.#leaves.leaves, where, within)
  }

  #apply<Facts, Context>(
    definition: Definition<Facts, Context>,
    facts: Facts,
    context: Context,
    set: TagSet,
    atMs: number,
  ): void {
    if (definition.kind === 'ratio') {
      const denominator = definition.denominator(facts, context)
      if (denominator === 0) return
      this.#ratio(set.leaf(definition.name), definition.numerator(facts, context), denominator, atMs)
      return
    }
    const value = definition.value(facts, context)
    if (value === undefined) return
    if (typeof value === 'number') this.#value(set.leaf(definition.name), value, atMs)
    else for (const each of value) this.#value(set.leaf(definition.name), each, atMs)
  }

  #value(leaf: Leaf, value: number, atMs: number | undefined): void {
    if (leaf.cell.kind !== 'histogram') throw new Error(`${leaf.name} is a ${leaf.cell.kind}, not a histogram`)
    leaf.cell.record(value)
    const slice = this.#sliceCell(leaf, atMs)
    if (slice?.kind === 'histogram') slice.record(value)
  }

  #ratio(leaf: Leaf, numerator: number, denominator: number, atMs: number | undefined): void {
    if (leaf.cell.kind !== 'ratio') throw new Error(`${leaf.name} is a ${leaf.cell.kind}, not a ratio`)
    leaf.cell.record(numerator, denominator)
    const slice = this.#sliceCell(leaf, atMs)
    if (slice?.kind === 'ratio') slice.record(numerator, denominator)
  }

  #sliceCell(leaf: Leaf, atMs: number | undefined): Cell | undefined {
    return atMs === undefined ? undefined : this.#slices?.cell(atMs, leaf)
  }
}
