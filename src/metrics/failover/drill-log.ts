import type { CallRecord, RegistrationRecord, StreamReport } from '../../model/record.js'
import { isFailure } from '../call-tally.js'
import type { DrillCall, DrillFacts, DrillNotice, DrillRegistration, DrillRequest, DrillStream } from './drill-facts.js'

/** Calls that a drill remembers; a run of more forgets the oldest, whose faults are long over. */
const mostCalls = 400_000

/** Keeps what the measures of a drill are read from: a few numbers of each call, registration and connection. */
export class DrillLog implements DrillFacts {
  readonly calls: DrillCall[] = []
  readonly registrations: DrillRegistration[] = []
  readonly switches: DrillNotice[] = []
  readonly losses: DrillNotice[] = []
  readonly connectionsMs: number[] = []

  call(record: CallRecord): void {
    if (record.exchange) return
    this.calls.push(drillCall(record))
    if (this.calls.length > mostCalls) this.calls.splice(0, mostCalls / 4)
  }

  notice(kind: 'loss' | 'switch', notice: DrillNotice): void {
    if (kind === 'loss') this.losses.push(notice)
    else this.switches.push(notice)
  }

  registration(record: RegistrationRecord): void {
    const { agent, group, target, startedMs, endedMs, ok, status, retryAfterSeconds } = record
    this.registrations.push({ agent, group, target, startedMs, endedMs, ok, status, retryAfterSeconds })
  }

  /** What another process remembers of its part of the run, by the clock of this one. */
  add({ calls, registrations, switches, losses, connectionsMs }: DrillFacts): void {
    for (const call of calls) this.calls.push(call)
    for (const registration of registrations) this.registrations.push(registration)
    for (const notice of switches) this.switches.push(notice)
    for (const notice of losses) this.losses.push(notice)
    for (const atMs of connectionsMs) this.connectionsMs.push(atMs)
  }
}

function drillCall(record: CallRecord): DrillCall {
  const caller = record.legs.find(({ role }) => role === 'caller') ?? record.legs[0]
  const startedMs = record.inviteMs ?? record.intendedMs
  const isHung = hangsAtEnd(record, startedMs)
  const ends = [record.byeSentMs, record.byeReceivedMs, record.endedMs].filter((ms) => ms !== undefined)
  return {
    number: record.number,
    agent: caller?.agent ?? '',
    group: record.caller,
    target: record.target,
    startedMs,
    intendedMs: record.intendedMs,
    answeredMs: record.answeredMs,
    talkEndMs: Math.min(...ends, Number.POSITIVE_INFINITY),
    failed: isHung || isFailure(record),
    interrupted: !isHung && record.outcome === 'interrupted',
    outcome: record.outcome,
    streams: record.legs.flatMap((leg) => leg.streams.map(drillStream)),
    requests: requestsOf(record).filter((request) => isKnown(request, record)),
  }
}

/** 64*T1, after which no other request waits for its final response (RFC 3261 17.1.2.2). */
const hungMs = 32_000

/** A gateway that dies after its 100 leaves a caller waiting: when the run ends first, that was a call in vain. */
const hangsAtEnd = ({ outcome, answeredMs, endedMs }: CallRecord, startedMs: number): boolean =>
  outcome === 'interrupted' && answeredMs === undefined && (endedMs ?? startedMs) - startedMs >= hungMs

const drillStream = (stream: StreamReport): DrillStream => ({
  firstPacketMs: stream.firstPacketMs,
  lastPacketMs: stream.lastPacketMs,
  ptimeMs: stream.ptimeMs,
  longestGapMs: stream.longestGapMs ?? 0,
  gaps: stream.gaps ?? [],
  sourceChanges: stream.sourceChanges ?? 0,
  isSecure: stream.srtpSuite !== undefined,
  packetsReceived: stream.packetsReceived,
  packetsRefused: stream.packetsUnauthenticated + stream.packetsReplayed,
})

/** So long before its end a call still waits for whoever answers. */
const waitedMs = 100

/** The BYE of a call that is given up is its last act: nobody waits for the answer, so none is missing. */
const isKnown = ({ finalStatus, sentMs }: DrillRequest, { outcome, endedMs }: CallRecord): boolean =>
  finalStatus > 0 || outcome === 'bye-failed' || endedMs === undefined || endedMs - sentMs >= waitedMs

/** `200 OK (BYE)` */
const finalPattern = /^(\d{3}) .*\(([A-Z]+)\)$/

/**
 * The requests within the dialog, by the messages of the call: those that were sent after the answer, each with the
 * final response to it. One that is sent again (with credentials) before its response is the same request.
 */
function requestsOf({ ladder, answeredMs }: CallRecord): DrillRequest[] {
  if (answeredMs === undefined) return []
  const requests: { agent: string; method: string; sentMs: number; finalStatus: number }[] = []
  for (const { atMs, agent, direction, summary } of ladder) {
    if (atMs < answeredMs) continue
    const final = direction === 'received' ? finalPattern.exec(summary) : null
    const method = final?.[2] ?? summary
    const open = requests.findLast((each) => each.agent === agent && each.method === method && each.finalStatus === 0)
    if (final) {
      if (open) open.finalStatus = Number(final[1])
    } else if (direction === 'sent' && /^[A-Z]+$/.test(summary) && summary !== 'ACK' && !open) {
      requests.push({ agent, method, sentMs: atMs, finalStatus: 0 })
    }
  }
  return requests
}
