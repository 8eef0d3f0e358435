import type { CodecName } from '../../model/codec.js'
import type { UdpPayload } from '../../model/udp-payload.js'
import { packetMs } from '../codec/opus-packet.js'
import { codecs } from '../codec/registry.js'
import {
  looksLikeRtcp,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  rtpDefect,
  sequenceOf,
  ssrcOf,
  timestampOf,
} from '../rtp/rtp-header.js'
import type { AudioFailure } from './samples.js'

/** Fewer packets than this are no stream: other protocols can look like RTP for a packet or two. */
const fewestPackets = 10
const longestMs = 600_000
const firstDynamicType = 96
const nothing = new Uint8Array(0)

/** Payloads of one captured stream, a packet time each; empty where nothing was sent. */
export interface Replay {
  readonly kind: 'replay'
  readonly codec: CodecName
  readonly ptimeMs: number
  readonly frames: readonly Uint8Array[]
}

interface Packet {
  readonly sequence: number
  readonly timestamp: number
  readonly payload: Uint8Array
}

/** The first RTP stream among UDP payloads, ready to be sent again. `name` is for messages. */
export function replayOf(payloads: readonly UdpPayload[], name: string): Replay | AudioFailure {
  const failure = (text: string): AudioFailure => ({ kind: 'audio-failure', text: `${name} ${text}` })
  const stream = firstStream(payloads)
  if (!stream) return failure('holds no RTP stream')
  const { payloadType, packets } = stream
  const codec = codecOf(payloadType)
  if (!codec) return failure(`holds RTP of payload type ${payloadType}, which none of our codecs has`)
  const ptimeMs = packetTime(packets) / (codecs[codec].clockRate / 1000)
  const fit = packets.filter(({ payload }) => fits(codec, payload, ptimeMs))
  if (!Number.isInteger(ptimeMs) || ptimeMs < 5 || ptimeMs > 200 || fit.length < packets.length / 2) {
    return failure(`holds RTP of payload type ${payloadType} whose packets are none of ${codec}`)
  }
  return { kind: 'replay', codec, ptimeMs, frames: inPlace(fit, ptimeMs * (codecs[codec].clockRate / 1000), ptimeMs) }
}

/** A stream is what has one destination, SSRC and audio payload type; that of the earliest packet comes first. */
function firstStream(payloads: readonly UdpPayload[]): { payloadType: number; packets: Packet[] } | undefined {
  const streams = new Map<string, { payloadType: number; packets: Packet[] }>()
  for (const { bytes, destination } of payloads) {
    if (rtpDefect(bytes) || looksLikeRtcp(bytes)) continue
    const payloadType = payloadTypeOf(bytes)
    const key = `${destination} ${ssrcOf(bytes)} ${payloadType}`
    const stream = streams.get(key) ?? { payloadType, packets: [] }
    streams.set(key, stream)
    const payload = bytes.subarray(payloadStart(bytes), payloadEnd(bytes))
    stream.packets.push({ sequence: sequenceOf(bytes), timestamp: timestampOf(bytes), payload })
  }
  return [...streams.values()].find(
    ({ payloadType, packets }) => packets.length >= fewestPackets && codecOf(payloadType) !== undefined,
  )
}

/** Static types are those of RFC 3551; of ours, Opus alone has none and is looked for behind dynamic ones. */
function codecOf(payloadType: number): CodecName | undefined {
  const all = Object.values(codecs)
  if (payloadType < firstDynamicType) return all.find((codec) => codec.payloadType === payloadType)?.name
  return all.find((codec) => codec.payloadType >= firstDynamicType)?.name
}

/** The step of the timestamp that most packets make. */
function packetTime(packets: readonly Packet[]): number {
  const counts = new Map<number, number>()
  for (const [index, { timestamp, sequence }] of packets.entries()) {
    const before = packets[index - 1]
    if (!before || ((sequence - before.sequence) & 0xffff) !== 1) continue
    const step = (timestamp - before.timestamp) >>> 0
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 0
}

function fits(codec: CodecName, payload: Uint8Array, ptimeMs: number): boolean {
  if (codec === 'opus') return packetMs(payload) === ptimeMs
  return payload.length === (codec === 'G729' ? ptimeMs : ptimeMs * 8)
}

/** Each payload at the place of its timestamp; of two at one place the first stays. */
function inPlace(packets: readonly Packet[], step: number, ptimeMs: number): Uint8Array[] {
  const first = packets[0]?.timestamp ?? 0
  const places = packets.map(({ timestamp }) => Math.round(((timestamp - first) | 0) / step))
  const start = Math.min(...places)
  const frames: Uint8Array[] = []
  for (const [index, { payload }] of packets.entries()) {
    const place = (places[index] ?? 0) - start
    if (place * ptimeMs < longestMs) frames[place] ??= payload
  }
  return Array.from(frames, (frame) => frame ?? nothing)
}
