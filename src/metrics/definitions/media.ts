import type { CallRecord, StreamReport } from '../../model/record.js'
import type { Definition } from '../definition.js'

/** RFC 3550 A.3: a stream with duplicates may have lost less than nothing for a moment; it counts as none. */
const lostAfterStart = (stream: StreamReport): number => Math.max(0, stream.packetsLost - stream.packetsLostAtStart)

const refused = (stream: StreamReport): number => stream.packetsUnauthenticated + stream.packetsReplayed

/** One direction of RTP as its receiver saw it. The context is the call that it belonged to. */
export const mediaDefinitions: readonly Definition<StreamReport, CallRecord>[] = [
  {
    // Early media arrives before the 200; it kept nobody waiting.
    name: 'media.first_packet',
    kind: 'histogram',
    value: (stream, call) =>
      stream.firstPacketMs === undefined || call.answeredMs === undefined
        ? undefined
        : Math.max(0, stream.firstPacketMs - call.answeredMs),
  },
  {
    name: 'media.loss',
    kind: 'ratio',
    numerator: lostAfterStart,
    denominator: (stream) => Math.max(0, stream.packetsExpected - stream.packetsLostAtStart),
  },
  {
    name: 'media.start_loss',
    kind: 'ratio',
    numerator: (stream) => stream.packetsLostAtStart,
    denominator: (stream) => stream.packetsExpected,
  },
  {
    name: 'media.srtp_failures',
    kind: 'ratio',
    numerator: refused,
    denominator: (stream) => (stream.srtpSuite === undefined ? 0 : stream.packetsReceived + refused(stream)),
  },
  { name: 'media.jitter', kind: 'histogram', value: (stream) => stream.jitterMeanMs },
  { name: 'media.gap', kind: 'histogram', value: (stream) => stream.longestGapMs },
  { name: 'media.rtt', kind: 'histogram', value: (stream) => stream.roundTripsMs },
]
