import { type Measure, ratioOf } from '../measure.js'

export const sourceChanges: Measure = {
  name: 'failover.source_changes',
  kind: 'ratio',
  per: 'group',
  ratio: ({ inProgress }) =>
    ratioOf(
      inProgress.flatMap(({ call }) => call.streams),
      (stream) => stream.sourceChanges > 0,
    ),
}

export const srtpFailures: Measure = {
  name: 'failover.srtp_failures',
  kind: 'ratio',
  per: 'group',
  ratio({ inProgress }) {
    const total = { numerator: 0, denominator: 0 }
    for (const stream of inProgress.flatMap(({ call }) => call.streams)) {
      if (!stream.isSecure) continue
      total.numerator += stream.packetsRefused
      total.denominator += stream.packetsRefused + stream.packetsReceived
    }
    return total
  },
}
