import type { StreamGap, StreamTimeline } from '../model/record.js'
import type { JitterBufferSettings } from '../model/terminal.js'
import {
  fatesRegister,
  openRegister,
  type ReceptionEngine,
  type ReceptionMemory,
  sourcePolicies,
  stateRegister,
} from '../native/reception-addon.js'
import { longestDelayMs } from './jitter-buffer.js'
import type { NativeSocket } from './native-socket.js'
import type { FatesView, JitterBufferView, Reception, ReceptionInterval } from './reception.js'
import { PayloadTypes } from './rtp/payload-types.js'
import type { RtpStream } from './rtp-stream.js'
import { timelineOf } from './stream-timeline.js'

const noSources = new Uint32Array(0)

/** What the native part counts of one stream: packets where they arrive, or those that JavaScript hands to it. */
export class NativeReception implements Reception {
  readonly #engine: ReceptionEngine
  readonly #memory: ReceptionMemory
  readonly #row: number
  readonly #settings: JitterBufferSettings
  #payloadTypes: PayloadTypes

  constructor(
    engine: ReceptionEngine,
    memory: ReceptionMemory,
    row: number,
    clockRate: number,
    ptimeMs: number,
    jitterBuffer: JitterBufferSettings,
  ) {
    this.#engine = engine
    this.#memory = memory
    this.#row = row
    this.#settings = jitterBuffer
    this.#payloadTypes = PayloadTypes.of([], clockRate)
    const isFixed = jitterBuffer.kind === 'fixed'
    memory.reception[openRegister.unitsPerMs] = clockRate / 1000
    memory.reception[openRegister.ptimeMs] = ptimeMs
    memory.reception[openRegister.isFixed] = isFixed ? 1 : 0
    memory.reception[openRegister.initialMs] = isFixed ? jitterBuffer.delayMs : jitterBuffer.initialMs
    memory.reception[openRegister.minMs] = isFixed ? jitterBuffer.delayMs : jitterBuffer.minMs
    memory.reception[openRegister.maxMs] = longestDelayMs(jitterBuffer)
    engine.openReception(row, this.#payloadTypes.clocks, this.#payloadTypes.kinds)
  }

  /** Its packets are counted where they arrive as far as they are plain or under its keys, and otherwise when JavaScript took them. */
  follow(stream: RtpStream): void {
    const { settings, pair, sources } = stream
    const { remote, unexpectedSource = 'take' } = settings
    const { number } = pair.rtp as NativeSocket
    if (remote) {
      const { host, port } = remote
      const policy = sourcePolicies.indexOf(sources ? 'ask' : unexpectedSource)
      this.#engine.expectFrom(this.#row, host, port, host.includes(':'), policy, sources ?? noSources)
    }
    this.#engine.openUnder(this.#row, stream.security.receiveHandle)
    this.#engine.setUse(this.#row, stream.isHeard, settings.receiving)
    const { formerSource } = pair
    if (formerSource) this.#engine.formerSource(this.#row, formerSource.ssrc, formerSource.sequence)
    // Of a socket that it shares others say what is its own.
    if (pair.use === 'shared') return
    if (stream.isCountable) this.#engine.countOn(this.#row, number)
    else this.#engine.countNone(number)
  }

  get payloadTypes(): PayloadTypes {
    return this.#payloadTypes
  }

  set payloadTypes(payloadTypes: PayloadTypes) {
    if (payloadTypes === this.#payloadTypes) return
    this.#payloadTypes = payloadTypes
    this.#engine.usePayloadTypes(this.#row, payloadTypes.clocks, payloadTypes.kinds)
  }

  get ptimeMs(): number {
    return this.#state(stateRegister.ptimeMs)
  }

  set ptimeMs(ms: number) {
    this.#engine.setPtime(this.#row, ms)
  }

  get digits(): string {
    return this.#engine.digits(this.#row)
  }

  receive(bytes: Uint8Array, atMs: number): void {
    this.#engine.count(this.#row, bytes, atMs)
  }

  markAnswered(nowMs: number): void {
    this.#engine.markAnswered(this.#row, nowMs)
  }

  pause(): void {
    this.#engine.pause(this.#row)
  }

  closeInterval(): ReceptionInterval | undefined {
    if (!this.heard) return undefined
    const fractionLost = this.#engine.closeInterval(this.#row)
    const at = (place: number): number => this.#memory.reception[place] ?? 0
    return {
      ssrc: at(stateRegister.ssrc),
      fractionLost,
      cumulativeLost: at(stateRegister.cumulativeLost),
      highestSequence: at(stateRegister.extendedHighest) >>> 0,
      jitterUnits: Math.floor(at(stateRegister.jitterUnits)),
    }
  }

  get encoding(): string | undefined {
    return this.#payloadTypes.encoding(this.#state(stateRegister.audioPayloadType))
  }

  /** What is in the table is read there: others need not wait. */
  get heard(): boolean {
    return !Number.isNaN(this.#memory.firstPacketMs[this.#row])
  }

  get ssrc(): number {
    return this.#memory.ssrcReceived[this.#row] ?? 0
  }

  get highestSequence(): number {
    return this.#state(stateRegister.highestSequence)
  }

  get jitterBuffer(): JitterBufferView {
    const settings = this.#settings
    const [delayMs, heldMs] = [this.#state(stateRegister.delayMs), this.#state(stateRegister.meanHeldMs)]
    const meanHeldMs = Number.isNaN(heldMs) ? undefined : heldMs
    return { settings, delayMs, maxMs: longestDelayMs(settings), meanHeldMs }
  }

  get longGaps(): readonly StreamGap[] {
    const numbers = this.#engine.longGaps(this.#row)
    return Array.from({ length: numbers.length / 2 }, (_, gap) => ({
      toMs: numbers[2 * gap] ?? 0,
      ms: numbers[2 * gap + 1] ?? 0,
    }))
  }

  fates(): FatesView {
    this.#engine.readFates(this.#row)
    const at = (place: number): number => this.#memory.reception[place] ?? 0
    return {
      expected: at(fatesRegister.expected),
      lost: at(fatesRegister.lost),
      discarded: at(fatesRegister.discarded),
      runs: at(fatesRegister.runs),
      burst: {
        burstDensity: at(fatesRegister.burstDensity),
        gapDensity: at(fatesRegister.gapDensity),
        burstPackets: at(fatesRegister.burstPackets),
        gapPackets: at(fatesRegister.gapPackets),
      },
    }
  }

  timeline(): StreamTimeline | undefined {
    const numbers = this.#engine.timeline(this.#row)
    const [startMs, stepMs] = numbers
    return startMs === undefined || stepMs === undefined ? undefined : timelineOf(startMs, stepMs, numbers.subarray(2))
  }

  #state(place: number): number {
    this.#engine.readState(this.#row)
    return this.#memory.reception[place] ?? 0
  }
}
