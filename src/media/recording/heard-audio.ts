import type { CodecName } from '../../model/codec.js'
import type { RecordedPacket } from '../../model/record.js'
import { codecs } from '../codec/registry.js'
import { upsample } from './upsample.js'

/** No payload decodes to more. */
const longestPayloadMs = 120
/** A timestamp that leads further away from the time of arrival than this is no place to put audio at. */
const farthestMs = 5000

/** Audio with its place in time. */
interface Piece {
  readonly atMs: number
  readonly sampleRate: number
  readonly samples: Int16Array
}

/** Packets of one source and one codec, in order of arrival: they share a clock and a decoder. */
interface Run {
  readonly codec: CodecName
  readonly packets: RecordedPacket[]
}

/**
 * The audio of packets that were received, from `startMs` on: packets in the order of their sequence numbers, at the
 * places that their timestamps give; what is missing is silence. Undefined when nothing can be decoded.
 */
export function heardAudio(packets: readonly RecordedPacket[], startMs: number): HeardAudio | undefined {
  const pieces = runsOf(packets).flatMap(decodeRun)
  if (pieces.length === 0) return undefined
  const sampleRate = Math.max(...pieces.map((piece) => piece.sampleRate))
  const parts = pieces.map(({ atMs, sampleRate: rate, samples }) => ({
    atMs: Math.max(atMs, startMs),
    samples: upsample(samples, rate, sampleRate),
  }))
  return { sampleRate, samples: lay(parts, startMs, sampleRate) }
}

export interface HeardAudio {
  readonly sampleRate: number
  /** 16 bit, mono. */
  readonly samples: Int16Array
}

function runsOf(packets: readonly RecordedPacket[]): Run[] {
  const runs: Run[] = []
  let ssrc = -1
  for (const packet of packets) {
    const codec = codecOf(packet)
    if (codec === undefined) continue
    let run = runs.at(-1)
    if (!run || run.codec !== codec || packet.ssrc !== ssrc) {
      run = { codec, packets: [] }
      runs.push(run)
      ssrc = packet.ssrc
    }
    run.packets.push(packet)
  }
  return runs
}

/** Undefined for what is no audio that can be decoded. */
function codecOf({ encoding }: RecordedPacket): CodecName | undefined {
  if (encoding === 'telephone-event' || encoding === 'CN') return undefined
  return codecs[encoding].coder && encoding
}

function decodeRun({ codec, packets }: Run): Piece[] {
  const { coder, clockRate } = codecs[codec]
  if (!coder) return []
  const decoder = coder.newDecoder()
  const room = new Int16Array((coder.sampleRate * longestPayloadMs) / 1000)
  const parts = inSequence(packets).flatMap((packet) => {
    const samples = room.slice(0, decoder.decode(packet.payload, room))
    const atMs = placeOf(packet, packets[0] ?? packet, clockRate)
    return samples.length > 0 && Math.abs(atMs - packet.atMs) <= farthestMs ? [{ atMs, samples }] : []
  })
  const startMs = Math.min(...parts.map(({ atMs }) => atMs))
  if (parts.length === 0) return []
  return [{ atMs: startMs, sampleRate: coder.sampleRate, samples: lay(parts, startMs, coder.sampleRate) }]
}

/** The time of a packet by its timestamp, counted from the arrival of the first. */
const placeOf = (packet: RecordedPacket, first: RecordedPacket, clockRate: number): number =>
  first.atMs + (((packet.timestamp - first.timestamp) | 0) * 1000) / clockRate

/** By sequence number, without duplicates; numbers wrap at 2^16 (RFC 3550 5.1). */
function inSequence(packets: readonly RecordedPacket[]): RecordedPacket[] {
  const first = packets[0]?.sequence ?? 0
  let highest = 0
  const numbered = packets.map((packet) => {
    const number = highest + ((((packet.sequence - first - highest) & 0xffff) << 16) >> 16)
    highest = Math.max(highest, number)
    return { number, packet }
  })
  numbered.sort((a, b) => a.number - b.number)
  return numbered.filter(({ number }, index) => number !== numbered[index - 1]?.number).map(({ packet }) => packet)
}

/** Parts at their places, silence between them. */
function lay(parts: readonly { atMs: number; samples: Int16Array }[], startMs: number, sampleRate: number): Int16Array {
  const placed = parts.map(({ atMs, samples }) => ({
    from: Math.round(((atMs - startMs) * sampleRate) / 1000),
    samples,
  }))
  const all = new Int16Array(placed.reduce((length, { from, samples }) => Math.max(length, from + samples.length), 0))
  for (const { from, samples } of placed) all.set(samples, from)
  return all
}
