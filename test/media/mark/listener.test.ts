import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { codecs } from '../../../src/media/codec/registry.js'
import { type Heard, Listener } from '../../../src/media/mark/listener.js'
import { Speaker } from '../../../src/media/mark/speaker.js'
import { openSpokenTrack } from '../../../src/media/mark/spoken-track.js'
import { PayloadTypes } from '../../../src/media/rtp/payload-types.js'
import type { CodecName } from '../../../src/model/codec.js'
import { rtpPacket } from '../packet.js'

const wallOffsetMs = 1_790_000_000_777
const eventType = 101

interface Packet {
  readonly bytes: Uint8Array
  /** When it was due at the sender. */
  readonly atMs: number
}

/** What a stream of ours sends in so many seconds. */
function sent(seconds: number, codec: CodecName = 'PCMU', sender = 8): Packet[] {
  const speaker = new Speaker(sender, wallOffsetMs)
  const track = openSpokenTrack({ kind: 'speech' }, codec, 20, new Rng(sender, 'track'), speaker)
  if (track.kind !== 'track') throw new Error(track.text)
  const { clockRate, payloadType } = codecs[codec]
  return Array.from({ length: seconds * 50 }, (_, index) => {
    const atMs = 5000 + index * 20
    const timestamp = 0xffff_0000 + (index * 20 * clockRate) / 1000
    return { bytes: rtpPacket({ sequence: 65_500 + index, timestamp, payloadType }, track.next(atMs)), atMs }
  })
}

const types = (codec: CodecName) => {
  const { payloadType, clockRate } = codecs[codec]
  return new PayloadTypes(
    [
      { payloadType, encoding: codec, clockRate },
      { payloadType: eventType, encoding: 'telephone-event', clockRate },
    ],
    clockRate,
  )
}

function listen(
  packets: readonly Packet[],
  delayOf: (packet: Packet, index: number) => number,
  share = 1,
  codec: CodecName = 'PCMU',
): Heard {
  const listener = new Listener(types(codec), wallOffsetMs, share)
  const arrivals = packets.map((packet, index) => ({ ...packet, arrivalMs: packet.atMs + delayOf(packet, index) }))
  for (const { bytes, arrivalMs } of arrivals.sort((a, b) => a.arrivalMs - b.arrivalMs))
    listener.receive(bytes, arrivalMs)
  listener.finish()
  return listener.heard()
}

const only = (heard: Heard) => {
  expect(heard.voices.map(({ sender }) => sender)).toEqual([8])
  const [voice] = heard.voices
  if (!voice) throw new Error('nobody was heard')
  return voice
}

describe('a listener', () => {
  it.each([
    ['PCMU', 0],
    ['PCMA', 0],
    ['G722', 22 / 16],
    ['opus', 6.5],
  ] as const)('hears who speaks in %s and how late, with what the codec holds back', (codec, holdBackMs) => {
    const heard = listen(sent(10, codec), () => 180, 1, codec)
    const voice = only(heard)
    expect(voice.marks).toBeGreaterThanOrEqual(5)
    for (const delayMs of voice.delaysMs) expect(Math.abs(delayMs - 180 - holdBackMs)).toBeLessThan(2)
    expect(heard).toMatchObject({ coverage: 1, longestLossMs: 0 })
    expect(heard.listenedMs).toBeCloseTo(10_000, 3)
    expect(heard.firstAudibleMs).toBeGreaterThanOrEqual(5170)
    expect(heard.firstAudibleMs).toBeLessThan(5200)
  })

  it('takes the shortest way of the packets: their jitter is not delay, nor is their disorder', () => {
    const rng = new Rng(2, 'jitter')
    const heard = listen(sent(20), () => 50 + rng.next() * 60)
    const voice = only(heard)
    expect(voice.marks).toBeGreaterThanOrEqual(10)
    for (const delayMs of voice.delaysMs) {
      expect(delayMs).toBeGreaterThan(49.9)
      expect(delayMs).toBeLessThan(56)
    }
    expect(heard.longestLossMs).toBe(0)
  })

  it('hears through 10 % loss and knows its longest run', () => {
    const rng = new Rng(3, 'loss')
    let run = 0
    let longest = 0
    const packets = sent(60).filter((_, index) => {
      const isLost = rng.next() < 0.1 && index > 0 && index < 2990
      run = isLost ? run + 1 : 0
      longest = Math.max(longest, run)
      return !isLost
    })
    const heard = listen(packets, () => 20)
    const voice = only(heard)
    expect(voice.marks).toBeGreaterThanOrEqual(27)
    expect(heard.longestLossMs).toBeCloseTo(longest * 20, 6)
    for (const delayMs of voice.delaysMs) expect(Math.abs(delayMs - 20)).toBeLessThan(5)
  })

  it('knows a hole of half a second, and not a sender that paused by itself', () => {
    const packets = sent(10)
    const hole = listen([...packets.slice(0, 120), ...packets.slice(145)], () => 0)
    expect(hole.longestLossMs).toBeCloseTo(500, 6)
    expect(hole.longestSilenceMs).toBeGreaterThanOrEqual(490)
    const paused = sent(10).map(({ bytes, atMs }, index) => ({
      atMs: index < 120 ? atMs : atMs + 500,
      bytes:
        index < 120
          ? bytes
          : rtpPacket({ sequence: 65_500 + index, timestamp: 0xffff_0000 + index * 160 + 4000 }, bytes.subarray(12)),
    }))
    const pause = listen(paused, () => 0)
    expect(pause.longestLossMs).toBe(0)
    expect(pause.longestSilenceMs).toBeLessThan(340)
  })

  it('does not take the time of DTMF for a hole', () => {
    const packets = sent(10).map((packet, index) =>
      index < 120 || index >= 145
        ? packet
        : {
            ...packet,
            bytes: rtpPacket(
              { sequence: 65_500 + index, timestamp: 0xffff_0000 + 120 * 160, payloadType: eventType },
              new Uint8Array(4),
            ),
          },
    )
    // One packet of the event is lost as well.
    const heard = listen([...packets.slice(0, 130), ...packets.slice(131)], () => 0)
    expect(heard.longestLossMs).toBe(0)
    expect(heard.longestSilenceMs).toBeLessThan(340)
    expect(only(heard).marks).toBeGreaterThanOrEqual(3)
  })

  it('goes on with the delay of what follows when the way grows longer in the middle', () => {
    const voice = only(listen(sent(20), ({ atMs }) => (atMs < 15_000 ? 30 : 130)))
    expect(voice.delaysMs[0]).toBeCloseTo(30, 0)
    expect(voice.delaysMs.at(-1)).toBeCloseTo(130, 0)
  })

  it('begins anew after a pause, with the delay of what comes then', () => {
    const [first, second] = [sent(5), sent(5)]
    const listener = new Listener(types('PCMU'), wallOffsetMs, 1)
    for (const { bytes, atMs } of first) listener.receive(bytes, atMs + 10)
    listener.pause()
    for (const { bytes, atMs } of second) listener.receive(bytes, atMs + 3040)
    listener.finish()
    const delays = only(listener.heard()).delaysMs
    expect(delays.slice(0, 2).map(Math.round)).toEqual([10, 10])
    expect(delays.slice(-2).map(Math.round)).toEqual([3040, 3040])
    expect(listener.heard().longestSilenceMs).toBeLessThan(340)
  })

  it('of a quarter of the audio says so, and hears marks all the same', () => {
    const heard = listen(sent(64), () => 25, 0.25)
    expect(heard.coverage).toBeGreaterThan(0.24)
    expect(heard.coverage).toBeLessThan(0.27)
    const voice = only(heard)
    expect(voice.marks).toBeGreaterThanOrEqual(4)
    for (const delayMs of voice.delaysMs) expect(delayMs).toBeCloseTo(25, 0)
    expect(heard.longestLossMs).toBe(0)
  })

  it('hears silence as silence', () => {
    const silent = sent(5).map(({ bytes, atMs }) => ({ atMs, bytes: bytes.map((byte, at) => (at < 12 ? byte : 0xff)) }))
    const heard = listen(silent, () => 0)
    expect(heard).toMatchObject({ voices: [], audibleMs: 0, firstAudibleMs: undefined, longestSilenceMs: 0 })
    expect(heard.listenedMs).toBeCloseTo(5000, 6)
  })

  it('passes over what no codec decodes', () => {
    const foreign = sent(2).map(({ bytes, atMs }) => ({ atMs, bytes: bytes.with(1, 77) }))
    expect(listen(foreign, () => 0)).toMatchObject({ listenedMs: 0, coverage: 0, voices: [] })
  })
})
