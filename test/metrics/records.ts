import type { CallRecord, Hearing, LegRecord, RegistrationRecord, StreamReport } from '../../src/model/record.js'
import { usualTerminal } from '../../src/model/terminal.js'

/** A call that was answered 200 and ended by a BYE that was answered, in round figures from its intended start. */
export function callRecord(changes: Partial<CallRecord> = {}): CallRecord {
  const intendedMs = changes.intendedMs ?? 1000
  return {
    number: 0,
    flow: 'talk',
    caller: 'browser',
    callee: 'phone',
    transport: 'wss',
    target: 'a',
    callId: 'call-1',
    intendedMs,
    inviteMs: intendedMs + 2,
    provisionalMs: intendedMs + 32,
    finalMs: intendedMs + 102,
    answeredMs: intendedMs + 102,
    byeSentMs: intendedMs + 5102,
    byeReceivedMs: undefined,
    byeAnsweredMs: intendedMs + 5110,
    endedMs: intendedMs + 5110,
    status: 200,
    outcome: 'completed',
    asMeant: (changes.outcome ?? 'completed') === 'completed',
    reason: '',
    legs: [],
    ladder: [],
    ...changes,
  }
}

/** A call whose INVITE was answered by a final status that is no 2xx. */
export function rejectedCall(status: number, changes: Partial<CallRecord> = {}): CallRecord {
  return callRecord({
    status,
    outcome: 'rejected',
    reason: `the INVITE was answered ${status}`,
    provisionalMs: undefined,
    answeredMs: undefined,
    byeSentMs: undefined,
    byeAnsweredMs: undefined,
    ...changes,
  })
}

export function registrationRecord(changes: Partial<RegistrationRecord> = {}): RegistrationRecord {
  return {
    group: 'browser',
    agent: 'sip:1001@lab.test',
    transport: 'wss',
    refresh: false,
    startedMs: 0,
    endedMs: 20,
    status: 200,
    ok: true,
    reason: '',
    ...changes,
  }
}

/** Nothing was said by marks, and nobody listened. */
export function hearing(changes: Partial<Hearing> = {}): Hearing {
  return {
    sender: undefined,
    marksSent: 0,
    spokenFromMs: undefined,
    spokenToMs: undefined,
    ownSilenceMs: 0,
    listenedMs: 0,
    coverage: 0,
    audibleMs: 0,
    firstAudibleMs: undefined,
    longestSilenceMs: 0,
    longestLossMs: 0,
    voices: [],
    ...changes,
  }
}

export function streamReport(changes: Partial<StreamReport> = {}): StreamReport {
  return {
    direction: 'received',
    codec: 'PCMU',
    local: '127.0.0.1:30000',
    remote: '127.0.0.1:40000',
    ssrc: 1,
    packetsSent: 250,
    packetsReceived: 248,
    bytesReceived: 39680,
    packetsExpected: 250,
    packetsLost: 2,
    packetsReordered: 0,
    packetsDuplicated: 0,
    packetsLostAtStart: 0,
    packetsDiscarded: 0,
    fates: { expected: 250, lost: 2, discarded: 0, runs: 2 },
    jitterBufferMs: 40,
    terminal: usualTerminal,
    ptimeMs: 20,
    jitterMeanMs: 0.5,
    jitterMaxMs: 2,
    longestGapMs: 21,
    firstPacketMs: 1110,
    lastPacketMs: 6090,
    roundTripsMs: [1, 3],
    remoteLost: 0,
    remoteJitterMs: 0,
    remoteView: { reception: undefined, voip: undefined, sent: undefined },
    dtmfReceived: '',
    timeline: undefined,
    hearing: hearing(),
    srtpSuite: undefined,
    packetsUnauthenticated: 0,
    packetsReplayed: 0,
    path: undefined,
    ...changes,
  }
}

export const legRecord = (streams: StreamReport[], changes: Partial<LegRecord> = {}): LegRecord => ({
  agent: 'sip:1001@lab.test',
  group: 'browser',
  role: 'caller',
  transport: 'wss',
  local: '127.0.0.1:5070',
  remote: '127.0.0.1:5060',
  callId: 'call-1',
  localSdp: '',
  remoteSdp: '',
  streams,
  ...changes,
})
