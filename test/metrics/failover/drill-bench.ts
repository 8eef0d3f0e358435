import { Recorder } from '../../../src/metrics/recorder.js'
import type { FaultEvent } from '../../../src/model/fault-event.js'
import type { CallRecord, LadderEntry, StreamReport } from '../../../src/model/record.js'
import { callRecord, registrationRecord, streamReport } from '../records.js'

export const faultAt = (atMs: number, changes: Partial<FaultEvent> = {}): FaultEvent => ({
  id: 0,
  name: 'kill a',
  kind: 'kill',
  target: 'a',
  made: true,
  atMs,
  endMs: atMs + 10_000,
  spells: [{ atMs, endMs: atMs + 10_000 }],
  undone: true,
  problem: undefined,
  ...changes,
})

/** A leg of the calling or the called side. */
export const leg = (
  agent: string,
  role: 'caller' | 'callee',
  ...streams: StreamReport[]
): CallRecord['legs'][number] => ({
  agent,
  group: role === 'caller' ? 'browser' : 'phone',
  role,
  transport: 'udp',
  local: '',
  remote: '',
  callId: '',
  localSdp: '',
  remoteSdp: '',
  streams,
})

/** Packets from `fromMs` to `toMs`, but for gaps: `[end, length]` each. */
export const heard = (fromMs: number, toMs: number, gaps: readonly [number, number][] = []): StreamReport =>
  streamReport({
    firstPacketMs: fromMs,
    lastPacketMs: toMs,
    longestGapMs: Math.max(3, ...gaps.map(([, ms]) => ms)),
    gaps: gaps.map(([endMs, ms]) => ({ toMs: endMs, ms })),
  })

/** Messages of the caller after the answer: `sent BYE`, `received 200 OK (BYE)`. */
export const ladder = (...entries: readonly [number, string][]): LadderEntry[] =>
  entries.map(([atMs, text]) => ({
    atMs,
    agent: '1001',
    direction: text.startsWith('sent ') ? 'sent' : 'received',
    summary: text.replace(/^(sent|received) /, ''),
    remote: '',
  }))

/** A call answered 50 ms after its start, that talks until `endMs` and is hung up by us. */
export function talk(number: number, startMs: number, endMs: number, changes: Partial<CallRecord> = {}): CallRecord {
  return callRecord({
    number,
    intendedMs: startMs,
    inviteMs: startMs,
    answeredMs: startMs + 50,
    finalMs: startMs + 50,
    byeSentMs: endMs,
    byeAnsweredMs: endMs + 5,
    endedMs: endMs + 5,
    ladder: ladder([endMs, 'sent BYE'], [endMs + 5, 'received 200 OK (BYE)']),
    legs: [leg('1001', 'caller')],
    ...changes,
  })
}

/** A call that nobody answered. */
export const inVain = (number: number, startMs: number, changes: Partial<CallRecord> = {}): CallRecord =>
  callRecord({
    number,
    intendedMs: startMs,
    inviteMs: startMs,
    provisionalMs: undefined,
    finalMs: undefined,
    answeredMs: undefined,
    byeSentMs: undefined,
    byeAnsweredMs: undefined,
    endedMs: startMs + 2_000,
    status: 0,
    outcome: 'timeout',
    legs: [leg('1001', 'caller')],
    ...changes,
  })

export const registration = registrationRecord

/** A recorder of a drill, whose figures are asked for by name. */
export class DrillBench {
  readonly recorder = new Recorder({ warmupMs: 0, drill: true })

  constructor() {
    this.recorder.startLoad(0)
  }

  settle(endMs = 300_000, zombieAfterMs = 60_000): this {
    this.recorder.drill.settle({ zombieAfterMs, gapMs: 300, endMs }, this.recorder)
    return this
  }

  value(metric: string, aggregate: 'value' | 'max' | 'min' | 'count' | 'p50' | 'p95' = 'value', where = {}) {
    return this.recorder.measure({ metric, aggregate, where, between: undefined }).value
  }

  /** `hits of samples` of a ratio. */
  ratio(metric: string, where = {}): string {
    const { hits, samples } = this.recorder.measure({ metric, aggregate: 'value', where, between: undefined })
    return `${hits} of ${samples}`
  }

  figures() {
    return this.recorder.snapshot().faultFigures
  }
}
