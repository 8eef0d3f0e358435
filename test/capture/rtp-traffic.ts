import { Rng } from '../../src/base/rng.js'
import { udpPacket } from '../../src/capture/write/ip-packet.js'
import type { Address } from '../../src/model/address.js'
import { type Frame, startMs } from './capture-files.js'
import { sipRequest, udp } from './conversation.js'

export const near: Address = { host: '192.0.2.1', port: 40_000 }
export const far: Address = { host: '192.0.2.9', port: 50_000 }
const signalling = { near: { host: near.host, port: 5060 }, far: { host: far.host, port: 5060 } }

export interface RtpOptions {
  readonly ssrc?: number
  readonly payloadType?: number
  readonly payload?: Buffer
  readonly marker?: boolean
}

export function rtp(sequence: number, timestamp: number, options: RtpOptions = {}): Buffer {
  const head = Buffer.alloc(12)
  head[0] = 0x80
  head[1] = (options.payloadType ?? 0) | (options.marker ? 0x80 : 0)
  head.writeUInt16BE(sequence & 0xffff, 2)
  head.writeUInt32BE(timestamp >>> 0, 4)
  head.writeUInt32BE(options.ssrc ?? 0xabcd, 8)
  return Buffer.concat([head, options.payload ?? Buffer.alloc(160, 0xd5)])
}

let identification = 1
export const media = (packet: Buffer, from = near, to = far): Buffer => udpPacket(from, to, packet, identification++)

export interface Impairment {
  /** Share of packets that are lost, come late by one place, or come twice. */
  readonly loss?: number
  readonly swap?: number
  readonly duplicate?: number
  readonly jitterMs?: number
  readonly firstSequence?: number
  readonly firstTimestamp?: number
  /** Share of packets before which there is silence of 130 ms, and that begin a talkspurt. */
  readonly pauses?: number
}

/** A stream of 20 ms packets with impairments that a seed repeats. */
export function impaired(ssrc: number, packets: number, impairment: Impairment): Frame[] {
  const rng = new Rng(ssrc, 'impaired')
  const frames: { bytes: Buffer; atMs: number }[] = []
  let pausedMs = 0
  for (let index = 0; index < packets; index++) {
    if (index > 0 && index < packets - 1 && rng.next() < (impairment.loss ?? 0)) continue
    const sequence = (impairment.firstSequence ?? 65_500) + index
    const marker = impairment.pauses !== undefined && rng.next() < impairment.pauses
    if (marker) pausedMs += 130
    const packet = rtp(sequence, (impairment.firstTimestamp ?? 0xffff_f000) + index * 160, { ssrc, marker })
    const atMs = startMs + 1000 + index * 20 + pausedMs + rng.next() * (impairment.jitterMs ?? 0)
    frames.push({ bytes: media(packet), atMs })
    if (rng.next() < (impairment.duplicate ?? 0)) frames.push({ bytes: media(packet), atMs: atMs + 0.3 })
    const before = frames.at(-2)
    const last = frames.at(-1)
    if (before && last && index > 5 && index < packets - 5 && rng.next() < (impairment.swap ?? 0)) {
      const { bytes } = before
      before.bytes = last.bytes
      last.bytes = bytes
    }
  }
  return frames
}

const description = (at: Address, more = '') =>
  `v=0\r\no=- 1 1 IN IP4 ${at.host}\r\ns=-\r\nc=IN IP4 ${at.host}\r\nt=0 0\r\nm=audio ${at.port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n${more}`

const sdpType = 'Content-Type: application/sdp\r\n'

export interface CallOptions {
  readonly offer?: string
  readonly answer?: string
  readonly endedMs?: number
}

/** The signalling of a call that agrees on audio between `near` and `far`. */
export function call(options: CallOptions = {}): Frame[] {
  const answer = sipRequest('INVITE', 1, options.answer ?? description(far), sdpType).replace(
    /^INVITE .*/,
    'SIP/2.0 200 OK\r',
  )
  return [
    {
      bytes: udp(sipRequest('INVITE', 1, options.offer ?? description(near), sdpType), signalling.near, signalling.far),
      atMs: startMs,
    },
    { bytes: udp(answer, signalling.far, signalling.near), atMs: startMs + 500 },
    { bytes: udp(sipRequest('BYE', 2), signalling.near, signalling.far), atMs: options.endedMs ?? startMs + 60_000 },
  ]
}

export const describeMedia = description

/** In the order of time, as a capture has them. */
export const inOrder = (frames: readonly Frame[]): Frame[] => [...frames].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0))
