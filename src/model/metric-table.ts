export type MetricKind = 'histogram' | 'ratio' | 'counter' | 'gauge'

export type MetricUnit = 'ms' | 's' | '%' | 'MOS' | '/s' | ''

export interface MetricRow {
  readonly kind: MetricKind
  readonly unit: MetricUnit
  readonly help: string
}

/**
 * The public metric names: results, thresholds and dashboards share them. RFC 6076's metrics bear its names. A name
 * whose measurement comes with a later release is here already, so that names never move.
 */
export const metricTable = {
  'registration.rrd': {
    kind: 'histogram',
    unit: 'ms',
    help: 'first REGISTER to its 200, authentication included (RFC 6076 4.1)',
  },
  'registration.ira': { kind: 'ratio', unit: '%', help: 'ineffective registration attempts (RFC 6076 4.2)' },
  'session.srd': {
    kind: 'histogram',
    unit: 'ms',
    help: 'INVITE to the first answer of the callee, successful attempts (RFC 6076 4.3)',
  },
  'session.srd_failed': {
    kind: 'histogram',
    unit: 'ms',
    help: 'INVITE to the final response of failed attempts (RFC 6076 4.3)',
  },
  'session.setup': { kind: 'histogram', unit: 'ms', help: 'intended start of the call to the 200 of its INVITE' },
  'session.sdd': { kind: 'histogram', unit: 'ms', help: 'BYE to its response (RFC 6076 4.4)' },
  'session.sdt': { kind: 'histogram', unit: 's', help: 'duration of a session, 200 to BYE (RFC 6076 4.5)' },
  'session.ser': { kind: 'ratio', unit: '%', help: 'session establishment ratio (RFC 6076 4.6)' },
  'session.seer': { kind: 'ratio', unit: '%', help: 'session establishment effectiveness ratio (RFC 6076 4.7)' },
  'session.isa': { kind: 'ratio', unit: '%', help: 'ineffective session attempts (RFC 6076 4.8)' },
  'session.scr': { kind: 'ratio', unit: '%', help: 'session completion ratio (RFC 6076 4.9)' },
  'transport.connect': {
    kind: 'histogram',
    unit: 'ms',
    help: 'TCP, TLS or WebSocket connection ready, handshakes included',
  },
  'sip.retransmissions': { kind: 'counter', unit: '', help: 'messages sent again, by method' },
  'sip.timeouts': { kind: 'counter', unit: '', help: 'transactions that found no answer, by method' },
  'conformance.violations': {
    kind: 'counter',
    unit: '',
    help: 'violations of an RFC, errors and warnings, that `conformance:` found',
  },
  'media.first_packet': { kind: 'histogram', unit: 'ms', help: '200 to the first RTP packet received' },
  'media.loss': { kind: 'ratio', unit: '%', help: 'RTP packets expected and not received' },
  'media.start_loss': {
    kind: 'ratio',
    unit: '%',
    help: 'the part of the loss before DTLS completion or the first ACK',
  },
  'media.ice_setup': {
    kind: 'histogram',
    unit: 'ms',
    help: 'description of the far side to a nominated candidate pair, per stream (RFC 8445)',
  },
  'media.dtls_setup': { kind: 'histogram', unit: 'ms', help: 'first valid candidate pair to the SRTP keys (RFC 5764)' },
  'media.jitter': {
    kind: 'histogram',
    unit: 'ms',
    help: 'interarrival jitter per stream, mean over the stream (RFC 3550 6.4.1)',
  },
  'media.srtp_failures': {
    kind: 'ratio',
    unit: '%',
    help: 'SRTP and SRTCP packets that were not under the keys agreed, or came twice',
  },
  'media.rtt': { kind: 'histogram', unit: 'ms', help: 'RTCP round trip (RFC 3550 6.4.1)' },
  'media.mouth_to_ear': { kind: 'histogram', unit: 'ms', help: 'one-way delay from the audio mark' },
  'media.start_clipping': {
    kind: 'histogram',
    unit: 'ms',
    help: 'audio at the start of a direction that was sent and not heard',
  },
  'media.gap': {
    kind: 'histogram',
    unit: 'ms',
    help: 'longest interarrival time less the packet time, per direction of a call',
  },
  'media.mos_cqe_nb': { kind: 'histogram', unit: 'MOS', help: 'narrowband quality per stream (ITU-T G.107)' },
  'media.mos_cqe_wb': { kind: 'histogram', unit: 'MOS', help: 'wideband quality per stream (ITU-T G.107.1)' },
  'media.mos_cqe_fb': { kind: 'histogram', unit: 'MOS', help: 'fullband quality per stream (ITU-T G.107.2)' },
  'media.calls': {
    kind: 'counter',
    unit: '',
    help: 'calls by what was heard, and by whom; narrow it with `where heard = one-way` or `where direction = caller`',
  },
  'media.one_way_calls': { kind: 'counter', unit: '', help: 'calls heard in one direction only' },
  'media.silent_calls': { kind: 'counter', unit: '', help: 'calls heard in no direction' },
  'media.cross_talk_calls': { kind: 'counter', unit: '', help: "calls that heard another call's audio" },
  'media.unmatched_packets': {
    kind: 'counter',
    unit: '',
    help: 'packets to a shared port (`media ports: shared`) that could not be told to belong to one call, and count for none',
  },
  'failover.signalling_outage': {
    kind: 'histogram',
    unit: 'ms',
    help: 'last good new call before a fault to the first good one after it',
  },
  'failover.detection': { kind: 'histogram', unit: 'ms', help: "fault to the first agent's switch of target" },
  'failover.recovery': {
    kind: 'histogram',
    unit: 'ms',
    help: 'fault to the start of the first new call from which on set-up is as good and as quick as before',
  },
  'failover.media_gap': { kind: 'histogram', unit: 'ms', help: '`media.gap` of calls in progress at the fault' },
  'failover.kept_calls': { kind: 'ratio', unit: '%', help: 'calls in progress at the fault that kept their audio' },
  'failover.dropped_calls': { kind: 'ratio', unit: '%', help: 'calls in progress at the fault that it ended' },
  'failover.zombie_calls': {
    kind: 'ratio',
    unit: '%',
    help: 'calls in progress at the fault with signalling and no audio 60 s later',
  },
  'failover.recovered_calls': {
    kind: 'ratio',
    unit: '%',
    help: 'calls in progress at the fault that lost their audio and regained it',
  },
  'failover.delayed_calls': {
    kind: 'ratio',
    unit: '%',
    help: 'calls attempted between fault and recovery that were set up at least 500 ms later than usual',
  },
  'failover.failed_calls': { kind: 'ratio', unit: '%', help: 'calls attempted between fault and recovery that failed' },
  'failover.reregistration': { kind: 'histogram', unit: 'ms', help: 'fault to registered again, per agent' },
  'failover.all_registered': {
    kind: 'histogram',
    unit: 'ms',
    help: 'fault to the moment at which every agent that lost its registration has it again',
  },
  'failover.registrations_lost': { kind: 'counter', unit: '', help: 'agents that lost their registration' },
  'failover.registrations_regained': { kind: 'ratio', unit: '%', help: 'of these, those that are registered again' },
  'failover.registrations_refused': { kind: 'counter', unit: '', help: 'REGISTER requests answered 503 after a fault' },
  'failover.retry_after_obeyed': {
    kind: 'ratio',
    unit: '%',
    help: 'of 503 answers with Retry-After, those after which the agent left that target alone for so long',
  },
  'failover.connection_peak': { kind: 'gauge', unit: '/s', help: 'highest rate of new connections after a fault' },
  'failover.source_changes': {
    kind: 'ratio',
    unit: '%',
    help: 'streams of calls in progress at the fault whose SSRC changed',
  },
  'failover.srtp_failures': {
    kind: 'ratio',
    unit: '%',
    help: '`media.srtp_failures` of calls in progress at the fault',
  },
  'failover.registration_peak': { kind: 'gauge', unit: '/s', help: 'highest registration rate in the storm' },
  'failover.orphaned_requests': {
    kind: 'ratio',
    unit: '%',
    help: 'in-dialog requests after the fault with no final answer but 408 or 481',
  },
  'failover.unreleased_calls': {
    kind: 'ratio',
    unit: '%',
    help: 'of the calls in progress at the fault that were hung up after it: no BYE was answered, so that the gateway may still hold them',
  },
  'target.share': {
    kind: 'ratio',
    unit: '%',
    help: 'calls that a target, or an address behind the gateway, received of all',
  },
  'schedule.lag': { kind: 'histogram', unit: 'ms', help: 'intended against actual start of a call' },
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof metricTable

/** Tags that narrow a series; `where` in a threshold takes them. */
export const metricTags = ['agent', 'direction', 'transport', 'target', 'phase', 'method', 'heard', 'fault'] as const

/** The unit of a figure of a metric, such as `failover.media_gap p95`; empty for one that has none. */
export function unitOfFigure(figure: string): string {
  const [name = ''] = figure.split(' ')
  return (metricTable as Readonly<Record<string, { readonly unit: string } | undefined>>)[name]?.unit ?? ''
}
