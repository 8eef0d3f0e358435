import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord, LegRecord } from '../../model/record.js'

/** Counters of verdicts on what calls heard, the first by `heard`. */
export const heardMetrics = [
  'media.calls',
  'media.one_way_calls',
  'media.silent_calls',
] as const satisfies readonly MetricName[]

/** What a call heard, as far as the flow of packets tells; their audio is not listened to. */
export type Heard = 'one-way' | 'silent' | 'unjudged'

/** Packets of half a second: a direction that was sent less had no fair chance to be heard. */
const packetsForVerdict = 25
/** As long as it takes to be sure that a far side that is not ours would have sent something. */
const msForVerdict = 1000

type Flow = 'flowing' | 'missing' | 'unknown'

const sum = (leg: LegRecord, field: 'packetsSent' | 'packetsReceived'): number =>
  leg.streams.reduce((total, stream) => total + stream[field], 0)

/** Of what the far leg sent, or a far side that is not ours should have sent, whether anything arrived. */
function flowTo(leg: LegRecord, far: LegRecord | undefined, talkMs: number): Flow {
  if (sum(leg, 'packetsReceived') > 0) return 'flowing'
  const fair = far ? sum(far, 'packetsSent') >= packetsForVerdict : talkMs >= msForVerdict
  return fair ? 'missing' : 'unknown'
}

/** Towards a far side that is not ours only the sending is seen. */
const flowFrom = (leg: LegRecord): Flow => (sum(leg, 'packetsSent') > 0 ? 'flowing' : 'unknown')

/**
 * The verdict on an answered call with media: `one-way` when packets came in exactly one direction, `silent` when in
 * neither. The others are `unjudged`: that packets came does not say that anything was heard. undefined: no media.
 */
export function heardOf(call: CallRecord): Heard | undefined {
  const [one, two] = call.legs.filter((leg) => leg.streams.length > 0)
  if (!one || call.answeredMs === undefined) return undefined
  const endMs = call.byeSentMs ?? call.byeReceivedMs ?? call.endedMs ?? call.answeredMs
  const talkMs = endMs - call.answeredMs
  const flows = [flowTo(one, two, talkMs), two ? flowTo(two, one, talkMs) : flowFrom(one)]
  const missing = flows.filter((flow) => flow === 'missing').length
  if (missing === 2) return 'silent'
  return missing === 1 && flows.includes('flowing') ? 'one-way' : 'unjudged'
}
