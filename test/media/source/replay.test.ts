import { describe, expect, it } from 'vitest'
import { codecs } from '../../../src/media/codec/registry.js'
import { encodedAudio, provideReplay } from '../../../src/media/source/encoded-audio.js'
import { type Replay, replayOf } from '../../../src/media/source/replay.js'
import type { UdpPayload } from '../../../src/model/udp-payload.js'
import { rtpPacket } from '../packet.js'

interface Stream {
  readonly payloadType?: number
  readonly bytes?: number
  readonly units?: number
  readonly ssrc?: number
  readonly destination?: number
}

/** A stream whose payloads are filled with their number. */
function stream(numbers: readonly number[], settings: Stream = {}): UdpPayload[] {
  const { payloadType = 0, bytes = 160, units = 160, ssrc = 1, destination = 9 } = settings
  return numbers.map((number) => ({
    destination,
    bytes: rtpPacket(
      { sequence: 65_530 + number, timestamp: 0xffff_ff00 + number * units, ssrc, payloadType },
      new Uint8Array(bytes).fill(number),
    ),
  }))
}

const count = (length: number, from = 0) => Array.from({ length }, (_, i) => from + i)

function replay(payloads: readonly UdpPayload[]): Replay {
  const result = replayOf(payloads, 'test.pcap')
  if (result.kind !== 'replay') throw new Error(result.text)
  return result
}

const numbersOf = ({ frames }: Replay) => frames.map((frame) => frame[0])

describe('the stream of a capture', () => {
  it.each([
    ['PCMU', 20, { payloadType: 0 }],
    ['PCMA', 30, { payloadType: 8, bytes: 240, units: 240 }],
    ['G722', 20, { payloadType: 9 }],
    ['G729', 20, { payloadType: 18, bytes: 20 }],
  ] as const)('is %s in packets of %i ms', (codec, ptimeMs, settings) => {
    const found = replay(stream(count(12), settings))
    expect(found).toMatchObject({ codec, ptimeMs })
    expect(numbersOf(found)).toEqual(count(12))
  })

  it('is Opus behind a dynamic payload type, when its packets play as long as their timestamps say', () => {
    const { coder } = codecs.opus
    const encoder = coder?.newEncoder(20)
    const payloads = count(20).map((number) => {
      const into = new Uint8Array(2000)
      const bytes = encoder?.encode(new Int16Array(960).fill(number * 100), into) ?? 0
      const header = { sequence: number, timestamp: number * 960, payloadType: 109 }
      return { destination: 1, bytes: rtpPacket(header, into.subarray(0, bytes)) }
    })
    expect(replay(payloads)).toMatchObject({ codec: 'opus', ptimeMs: 20 })
    expect(replayOf(stream(count(12), { payloadType: 96 }), 'test.pcap')).toMatchObject({
      kind: 'audio-failure',
      text: 'test.pcap holds RTP of payload type 96 whose packets are none of opus',
    })
  })

  it('keeps its places: what is missing is not sent, what is doubled or late is put in order', () => {
    const found = replay(stream([...count(5), 7, 6, 6, ...count(6, 12)]))
    expect(numbersOf(found)).toEqual([...count(5), undefined, 6, 7, ...Array(4).fill(undefined), ...count(6, 12)])
    expect(found.frames[5]?.length).toBe(0)
  })

  it('is the first of several, whatever stands before it', () => {
    const other = stream(count(12, 40), { ssrc: 2, destination: 8 })
    const mixed = stream(count(12)).flatMap((packet, i) => [packet, ...other.slice(i, i + 1)])
    const noise = [Uint8Array.of(1, 2, 3), rtpPacket({ payloadType: 0, ssrc: 99 }), new Uint8Array(40).fill(0xff)]
    const before = noise.map((bytes) => ({ destination: 9, bytes }))
    expect(numbersOf(replay([...before, ...mixed]))).toEqual(count(12))
  })

  it('leaves out events and comfort noise', () => {
    const events = stream(count(3, 4), { payloadType: 101, bytes: 4 })
    const noise = stream(count(1, 7), { payloadType: 13, bytes: 1 })
    const found = replay([...stream(count(4)), ...events, ...noise, ...stream(count(8, 8))])
    expect(numbersOf(found)).toEqual([...count(4), ...Array(4).fill(undefined), ...count(8, 8)])
  })

  it.each([
    ['nothing', []],
    ['too little', stream(count(3))],
    ['a codec that is none of ours', stream(count(20), { payloadType: 3, bytes: 33 })],
  ])('is not found in %s', (_what, payloads) => {
    expect(replayOf(payloads, 'test.pcap')).toEqual({ kind: 'audio-failure', text: 'test.pcap holds no RTP stream' })
  })

  it('is sent in its own packet time, and only with its codec', () => {
    provideReplay('/tmp/replayed.pcap', replay(stream(count(12), { payloadType: 8, bytes: 240, units: 240 })))
    const source = { kind: 'capture', file: '/tmp/replayed.pcap' } as const
    expect(encodedAudio(source, 'PCMA', 20)).toMatchObject({ kind: 'encoded', ptimeMs: 30 })
    expect(encodedAudio(source, 'PCMU', 20)).toMatchObject({
      kind: 'audio-failure',
      text: '/tmp/replayed.pcap holds PCMA, and PCMU was agreed',
    })
  })
})
