import type { Rng } from '../../base/rng.js'
import { sideOf } from '../../base/sender-number.js'
import { median } from '../../metrics/definitions/direction-heard.js'
import { heardOf } from '../../metrics/definitions/heard.js'
import type { CallSample } from '../../model/call-sample.js'
import type { HearingLimits } from '../../model/hearing-limits.js'
import type { CallRecord, StreamReport } from '../../model/record.js'
import { sampleStream } from './sample-stream.js'
import { WorstCalls } from './worst-calls.js'

/** The calls that one part of a run has kept, as plain data. */
export interface KeptCalls {
  readonly failed: readonly CallRecord[]
  readonly others: readonly CallRecord[]
  readonly surplus: readonly CallRecord[]
  readonly worst: readonly CallRecord[]
  /** Of how many calls that went well `others` is a fair draw. */
  readonly seen: number
}

/**
 * Keeps some calls whole: failed ones first, up to a quarter for each cause, a fair draw of those that went well, and
 * further failures where room is left. A run of no more calls than the limit is kept entirely. Beyond the limit it keeps
 * the calls that sounded worst.
 */
export class SampleKeeper {
  readonly #limit: number
  readonly #rng: Rng
  readonly #failed: CallRecord[] = []
  readonly #others: CallRecord[] = []
  readonly #surplus: CallRecord[] = []
  readonly #worst: WorstCalls
  readonly #limits: HearingLimits
  readonly #byCause = new Map<string, number>()
  #seen = 0

  constructor(limit: number, rng: Rng, limits: HearingLimits) {
    this.#worst = new WorstCalls(limits)
    this.#limits = limits
    this.#limit = limit
    this.#rng = rng
  }

  offer(record: CallRecord): void {
    if (this.#limit === 0) return
    this.#worst.offer(record)
    if (record.asMeant) this.#offerOther(record)
    else this.#offerFailed(record)
  }

  #offerFailed(record: CallRecord): void {
    const cause = `${record.outcome} ${record.status}`
    const count = this.#byCause.get(cause) ?? 0
    if (this.#failed.length < this.#limit && count < Math.max(1, this.#limit / 4)) {
      this.#byCause.set(cause, count + 1)
      this.#failed.push(record)
    } else if (this.#surplus.length < this.#limit) this.#surplus.push(record)
  }

  /** Reservoir: every call that went well has the same chance to be shown. */
  #offerOther(record: CallRecord): void {
    this.#seen++
    if (this.#others.length < this.#limit) this.#others.push(record)
    else {
      const place = this.#rng.integer(0, this.#seen - 1)
      if (place < this.#limit) this.#others[place] = record
    }
  }

  kept(): KeptCalls {
    const worst = this.#worst.records()
    return { failed: this.#failed, others: this.#others, surplus: this.#surplus, worst, seen: this.#seen }
  }

  /** Keeps of what parts of a run have kept what one that saw all of it would; once, and nothing is offered besides. */
  take(parts: readonly KeptCalls[]): void {
    for (const record of parts.flatMap(({ worst }) => worst)) this.#worst.offer(record)
    for (const record of parts.flatMap(({ failed }) => failed)) this.#offerFailed(record)
    for (const record of parts.flatMap(({ surplus }) => surplus)) this.#offerFailed(record)
    this.#drawOthers(parts.map(({ others, seen }) => ({ left: [...others], unseen: seen })))
  }

  /** Without replacement: each draw comes from a part as likely as calls of it are left. */
  #drawOthers(parts: { readonly left: CallRecord[]; unseen: number }[]): void {
    while (this.#others.length < this.#limit) {
      let ticket = this.#rng.next() * parts.reduce((sum, { unseen }) => sum + unseen, 0)
      const part = parts.find(({ unseen }) => {
        ticket -= unseen
        return ticket < 0
      })
      const [record] = part?.left.splice(this.#rng.integer(0, part.left.length - 1), 1) ?? []
      if (!part || !record) return
      part.unseen--
      this.#others.push(record)
    }
  }

  /** `recordingOf` gives the file of a call's recording. */
  samples(recordingOf: (record: CallRecord) => string | null): CallSample[] {
    const drawn = [...this.#failed, ...this.#others, ...this.#surplus].slice(0, this.#limit)
    const all = [...new Set([...drawn, ...this.#worst.records()])]
    return all.map((record) => toSample(record, this.#limits, recordingOf(record)))
  }
}

function toSample(record: CallRecord, limits: HearingLimits, recording: string | null): CallSample {
  const startMs = record.inviteMs ?? record.intendedMs
  const round = (ms: number): number => Math.round((ms - startMs) * 1000) / 1000
  return {
    call: record.number,
    outcome: record.outcome,
    reason: record.reason,
    legs: record.legs.map((leg) => ({
      agent: leg.agent,
      target: record.target ?? '',
      local: leg.local,
      remote: leg.remote,
      callId: leg.callId,
    })),
    ladder: record.ladder.map((entry) => ({ ...entry, atMs: round(entry.atMs) })),
    sdp: record.legs.map((leg) => ({ agent: leg.agent, local: leg.localSdp, remote: leg.remoteSdp })),
    timeline: record.legs.flatMap((leg) => leg.streams.flatMap((stream) => moments(leg.agent, stream, round))),
    streams: record.legs.flatMap((leg) => leg.streams.map((stream) => sampleStream(leg.agent, stream, round))),
    recording,
    heard: heardOf(record, limits)?.heard ?? null,
  }
}

/** What the receiver of a stream noticed, and when. */
function moments(agent: string, stream: StreamReport, round: (ms: number) => number): CallSample['timeline'] {
  const { firstPacketMs, lastPacketMs, packetsReceived, packetsLost, hearing } = stream
  const found: { atMs: number; text: string }[] = []
  if (firstPacketMs !== undefined)
    found.push({ atMs: round(firstPacketMs), text: `${agent}: first RTP packet received` })
  for (const { sender, marks, firstMs, delaysMs } of hearing.voices) {
    const { call, side } = sideOf(sender)
    const who = sender === hearing.sender ? 'its own echo' : `the ${side} of call ${call}`
    const delay = (median(delaysMs) ?? 0).toFixed(1)
    found.push({ atMs: round(firstMs), text: `${agent}: hears ${who}, ${marks} marks, ${delay} ms from mouth to ear` })
  }
  if (lastPacketMs !== undefined) {
    const text = `${agent}: last of ${packetsReceived} RTP packets, ${packetsLost} lost`
    found.push({ atMs: round(lastPacketMs), text })
  }
  return found
}
