import { createSocket } from 'node:dgram'
import { beforeAll, expect, it } from 'vitest'
import { WheelClock } from '../../src/base/wheel-clock.js'
import type { StreamSpec } from '../../src/media/stream-port.js'
import { newStreamPort } from '../../src/media/stream-ports.js'
import type { StreamReport } from '../../src/model/record.js'
import { rtpPacket } from '../media/packet.js'
import { capture, tshark, tsharkFields } from '../peers/capture.js'
import { freePortRange } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface SeenStream {
  readonly packets: number
  readonly lost: number
  readonly meanJitterMs: number
  readonly payloads: string
}

const clock = new WheelClock()

const spec = (ssrc: number, change: Partial<StreamSpec> = {}): StreamSpec => ({
  localHost: '127.0.0.1',
  direction: 'caller',
  codec: 'PCMU',
  payloadType: 0,
  telephoneEventPayloadType: 101,
  ptimeMs: 20,
  source: { kind: 'speech' },
  ssrc,
  cname: 'alice@127.0.0.1',
  sending: true,
  startMs: 0,
  ...change,
})

/** Rows of `-z rtp,streams` by SSRC. */
async function readStreams(file: string, decode: readonly string[]): Promise<Map<number, SeenStream>> {
  const row =
    /0x([0-9A-F]{8})\s+(\S.*?)\s+(\d+)\s+(-?\d+) \(-?[\d.]+%\)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)\s+[\d.]+/
  const streams = new Map<number, SeenStream>()
  for (const line of (await tshark(file, [...decode, '-q', '-z', 'rtp,streams'])).split('\n')) {
    const [, ssrc = '', payloads = '', packets, lost, jitter] = row.exec(line) ?? []
    if (!ssrc) continue
    streams.set(Number.parseInt(ssrc, 16), {
      payloads,
      packets: Number(packets),
      lost: Number(lost),
      meanJitterMs: Number(jitter),
    })
  }
  return streams
}

/** A far side that loses every seventh packet, swaps two, and delays some by up to 12 ms. */
async function sendImpaired(to: { host: string; port: number }, ssrc: number): Promise<void> {
  const socket = createSocket('udp4')
  const order = Array.from({ length: 150 }, (_, index) => index).filter((index) => index % 7 !== 3)
  const swap = order.indexOf(50)
  order.splice(swap, 2, order[swap + 1] ?? 0, 50)
  const startMs = clock.nowMs()
  for (const index of order) {
    await sleep(Math.max(0, startMs + index * 20 + ((index * 5) % 13) - clock.nowMs()))
    socket.send(rtpPacket({ sequence: 65_500 + index, timestamp: index * 160, ssrc }), to.port, to.host)
  }
  await sleep(50)
  socket.close()
}

/** Runs all streams of the tests once under a capture. */
async function runStreams() {
  const firstPort = await freePortRange(12)
  const lastPort = firstPort + 11
  const port = newStreamPort({ clock, ports: { firstPort, lastPort }, rtcpIntervalMs: 1000 })
  const recording = await capture('lo', `udp portrange ${firstPort}-${lastPort}`)
  const open = async (ssrc: number, change: Partial<StreamSpec> = {}) => {
    const result = await port.open(spec(ssrc, change))
    if (result.kind !== 'opened') throw new Error(result.text)
    return result
  }
  const [a, b] = [await open(0xa1), await open(0xb2, { codec: 'PCMA', payloadType: 8 })]
  const [c, d, e] = [await open(0xc3), await open(0xd4), await open(0xe5, { sending: false })]
  for (const [from, to] of [
    [a, b],
    [b, a],
    [c, d],
    [d, c],
  ] as const)
    port.update(from.handle, { remote: to.local })
  await sleep(300)
  port.dtmf(c.handle, '0123456789*#ABCD', 80, 40)
  await Promise.all([sendImpaired(e.local, 0xf6), sleep(4500)])
  for (const stream of [a, b, c, d]) port.update(stream.handle, { sending: false })
  await sleep(100)
  const reports = new Map<number, StreamReport>()
  for (const stream of [a, b, c, d, e]) {
    const report = port.remove(stream.handle)
    reports.set(report.ssrc, report)
  }
  await port.close()
  await recording.stop()
  const decode = ['-d', `udp.port==${firstPort}-${lastPort},rtp`]
  return { file: recording.file, firstPort, reports, decode, seen: await readStreams(recording.file, decode) }
}

describeWithPeers(['tcpdump', 'tshark'], 'media on the wire', () => {
  let run: Awaited<ReturnType<typeof runStreams>>
  beforeAll(async () => {
    run = await runStreams()
  })

  it.each([
    ['PCMU', 0xa1, 'g711U'],
    ['PCMA', 0xb2, 'g711A'],
    ['PCMU with losses and jitter', 0xf6, 'g711U'],
  ])('tshark agrees on %s: packets and loss exactly, mean jitter within 1 ms', (_what, ssrc, payloads) => {
    const report = run.reports.get(ssrc)
    const stream = run.seen.get(ssrc)
    expect(stream).toMatchObject({ payloads, packets: report?.packetsReceived, lost: report?.packetsLost })
    expect(report?.packetsReceived).toBeGreaterThan(100)
    expect(Math.abs((report?.jitterMeanMs ?? 99) - (stream?.meanJitterMs ?? 0))).toBeLessThan(1)
  })

  it('the impaired stream lost and swapped what was lost and swapped', () => {
    expect(run.reports.get(0xf6)).toMatchObject({ packetsLost: 21, packetsReordered: 1, packetsReceived: 129 })
  })

  it('tshark sees every digit as RFC 4733 events with one marker and three ends each', async () => {
    const fields = ['rtpevent.event_id', 'rtpevent.end_of_event', 'rtp.marker', 'rtpevent.duration', 'rtp.timestamp']
    const rows = (await tsharkFields(run.file, 'rtpevent', fields, run.decode)).map((row) => row.map(Number))
    for (let event = 0; event < 16; event++) {
      const packets = rows.filter(([id]) => id === event)
      expect(packets.map((row) => row[3])).toEqual([160, 320, 480, 640, 640, 640])
      expect(packets.map((row) => row[1])).toEqual([0, 0, 0, 1, 1, 1])
      expect(packets.map((row) => row[2])).toEqual([1, 0, 0, 0, 0, 0])
      expect(new Set(packets.map((row) => row[4])).size).toBe(1)
    }
    expect(run.reports.get(0xc3)?.dtmfReceived).toBe('0123456789*#ABCD')
  })

  it('tshark reads our RTCP without a complaint: reports, CNAME and BYE', async () => {
    const decode = ['-d', `udp.port==${run.firstPort + 1},rtcp`]
    const rows = (filter: string) => tsharkFields(run.file, filter, ['rtcp.pt'], decode)
    expect(await rows('rtcp && _ws.malformed')).toEqual([])
    expect((await rows('rtcp.pt == 200 && rtcp.sdes.text == "alice@127.0.0.1"')).length).toBeGreaterThan(3)
    expect((await rows('rtcp.pt == 203')).length).toBe(4)
  })
})
