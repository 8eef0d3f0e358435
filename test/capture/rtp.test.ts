import { describe, expect, test } from 'vitest'
import { linkType } from '../../src/capture/captured-packet.js'
import { type Frame, pcapngBytes, startMs, writeCapture } from './capture-files.js'
import { readRtp } from './read-rtp.js'
import { call, describeMedia, far, type Impairment, impaired, inOrder, media, near, rtp } from './rtp-traffic.js'

const read = (frames: readonly Frame[]) => readRtp(writeCapture(pcapngBytes(inOrder(frames), linkType.raw)))

const stream = (packets: number, from = near, to = far, ssrc = 7): Frame[] =>
  Array.from({ length: packets }, (_, index) => ({
    bytes: media(rtp(index, index * 160, { ssrc }), from, to),
    atMs: startMs + 1000 + index * 20,
  }))

describe('an RTP stream', () => {
  test('has its ends, its call, its payload types and its figures', async () => {
    const { streams } = await read([...call(), ...stream(100)])
    expect(streams).toEqual([
      {
        source: near,
        destination: far,
        ssrc: 7,
        callId: 'a84b4c76e66710',
        payloadTypes: [{ payloadType: 0, name: 'PCMU', packets: 100 }],
        firstMs: startMs + 1000,
        lastMs: startMs + 1000 + 99 * 20,
        firstFrame: 3,
        packets: 100,
        expected: 100,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        sequenceErrors: 0,
        restarts: 0,
        minDeltaMs: 20,
        meanDeltaMs: 20,
        maxDeltaMs: 20,
        maxDeltaFrame: 4,
        meanJitterMs: 0,
        maxJitterMs: 0,
        dtmf: '',
      },
    ])
  })

  test.each<[string, Impairment]>([
    ['loss', { loss: 0.1 }],
    ['wrong order', { swap: 0.1 }],
    ['duplicates', { duplicate: 0.1 }],
    ['everything', { loss: 0.1, swap: 0.1, duplicate: 0.1, jitterMs: 10 }],
  ])('with %s across the wrap of its numbers loses what was lost', async (_name, impairment) => {
    const sent = 2000
    const frames = impaired(99, sent, impairment)
    const numbers = new Set(frames.map(({ bytes }) => bytes.readUInt16BE(30)))
    const { streams } = await read([...call(), ...frames])
    expect(streams).toMatchObject([
      { packets: frames.length, lost: sent - numbers.size, duplicated: frames.length - numbers.size, restarts: 0 },
    ])
  })

  test('has no delta and shows no jitter at the start of a talkspurt', async () => {
    const paused = (marker: boolean): Frame[] =>
      stream(50).map(({ bytes, atMs = 0 }, index) => {
        if (index < 25) return { bytes, atMs }
        return { bytes: media(rtp(index, index * 160, { ssrc: 7, marker: marker && index === 25 })), atMs: atMs + 130 }
      })
    const [silent] = (await read([...call(), ...paused(true)])).streams
    expect(silent).toMatchObject({ minDeltaMs: 20, meanDeltaMs: 20, maxDeltaMs: 20 })
    // Both as tshark 4.0 prints them for these packets.
    expect(silent?.maxJitterMs).toBeCloseTo(7.617, 3)
    expect(silent?.meanJitterMs).toBeCloseTo(1.959, 3)
    const [late] = (await read([...call(), ...paused(false)])).streams
    expect(late).toMatchObject({ maxDeltaMs: 150, maxJitterMs: 8.125 })
    expect(late?.meanDeltaMs).toBeCloseTo(22.653, 3)
  })

  test('that jumps is counted anew behind the jump', async () => {
    const jump = stream(50).map(({ atMs = 0 }, index) => ({
      bytes: media(rtp(30_000 + index, index * 160, { ssrc: 7 })),
      atMs: atMs + 2000,
    }))
    const { streams } = await read([...call(), ...stream(50), ...jump])
    expect(streams).toMatchObject([{ packets: 100, expected: 100, lost: 0, restarts: 1, sequenceErrors: 1 }])
  })

  test('has the digits of its telephone-events', async () => {
    const event = (digit: number, first: number, timestamp: number): Frame[] =>
      [160, 320, 480, 480, 480].map((duration, index) => ({
        bytes: media(
          rtp(first + index, timestamp, {
            ssrc: 7,
            payloadType: 101,
            payload: Buffer.from([digit, index >= 2 ? 0x8a : 0x0a, duration >> 8, duration & 255]),
          }),
        ),
        atMs: startMs + 4000 + (first - 100 + index) * 20,
      }))
    const { streams } = await read([...call(), ...stream(100), ...event(5, 100, 16_000), ...event(11, 105, 17_600)])
    expect(streams).toMatchObject([{ dtmf: '5#', lost: 0, maxJitterMs: 0 }])
    expect(streams[0]?.payloadTypes.map(({ name }) => name)).toEqual(['PCMU', 'telephone-event'])
  })

  test('without a session description is recognized by its numbers; what has none is none', async () => {
    const noise = Array.from({ length: 50 }, (_, index) => ({
      bytes: media(rtp(index * 7919, 0, { ssrc: 1 }), { host: '192.0.2.3', port: 1000 }),
      atMs: startMs + index,
    }))
    const { streams } = await read([...stream(30), ...noise])
    expect(streams).toMatchObject([{ ssrc: 7, callId: undefined, packets: 30 }])
  })

  test('of another source on the same ports is another stream', async () => {
    const { streams } = await read([...call(), ...stream(30), ...stream(40, near, far, 8)])
    expect(streams.map(({ ssrc, packets }) => [ssrc, packets])).toEqual([
      [7, 30],
      [8, 40],
    ])
  })

  test('that is quiet for a minute is told before the end', async () => {
    const later = Array.from({ length: 60_000 }, (_, index) => ({
      bytes: media(rtp(index, index * 160, { ssrc: 8 }), far, near),
      atMs: startMs + 5000 + index * 20,
    }))
    const { streams } = await read([...stream(30), ...later])
    expect(streams.map(({ ssrc }) => ssrc)).toEqual([7, 8])
  })
})

describe('a call', () => {
  const both = [...stream(50), ...stream(50, far, near, 8)]
  const sendonly = describeMedia(near, 'a=sendonly\r\n')
  test.each([
    ['both', call(), both, 50, 50],
    ['one-way', call(), stream(50), 50, 0],
    ['one-way', call(), stream(50, far, near), 0, 50],
    ['unjudged', call(), [], 0, 0],
    ['silent', call(), stream(50, { host: '192.0.2.5', port: 6000 }, { host: '192.0.2.6', port: 6000 }), 0, 0],
    ['as-agreed', call({ offer: sendonly }), stream(50), 50, 0],
    ['one-way', call({ offer: sendonly }), stream(50, far, near), 0, 50],
    [
      'one-way',
      call({ endedMs: startMs + 900 }),
      [...stream(50), ...stream(50, far, near).map(({ bytes, atMs = 0 }) => ({ bytes, atMs: atMs + 9000 }))],
      50,
      0,
    ],
  ])('is %s', async (heard, signalling, packets, packetsFromCaller, packetsFromCallee) => {
    const { calls } = await read([...signalling, ...packets])
    expect(calls).toMatchObject([
      { callId: 'a84b4c76e66710', answeredMs: startMs + 500, heard, packetsFromCaller, packetsFromCallee },
    ])
  })

  test('that was never answered is not judged', async () => {
    expect((await read([...call().slice(0, 1), ...both])).calls).toEqual([])
  })
})
