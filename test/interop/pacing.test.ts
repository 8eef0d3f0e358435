import { describe, expect, it } from 'vitest'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { newStreamPort } from '../../src/media/stream-ports.js'
import { type SinkReport, startRtpSink } from '../peers/rtp-sink.js'
import { readRunQueue, waitingShare } from '../peers/run-queue.js'

const seconds = 7
/** Above it other programs, and not the sender, decide when packets leave. */
const idleShare = 0.2

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Paced {
  readonly report: SinkReport
  readonly sent: number
  readonly waiting: number
  readonly latenessP99Ms: number | undefined
}

/** Sends G.711 to as many ports of the sink, and tells how long this thread had to wait for a CPU meanwhile. */
async function pace(streams: number): Promise<Paced> {
  const sink = await startRtpSink({ ports: streams })
  const clock = new WheelClock()
  const port = newStreamPort({ clock, ports: { firstPort: 33_000, lastPort: 36_999 } })
  try {
    await port.prepare('127.0.0.1', streams)
    const startMs = clock.nowMs() + 1000
    const handles: number[] = []
    for (const remotePort of sink.ports) {
      const opened = await port.open({
        localHost: '127.0.0.1',
        direction: 'sender',
        codec: 'PCMU',
        payloadType: 0,
        ptimeMs: 20,
        source: { kind: 'speech' },
        remote: { host: sink.address, port: remotePort },
        ssrc: remotePort,
        cname: 'pacing',
        sending: true,
        startMs,
      })
      if (opened.kind !== 'opened') throw new Error(opened.text)
      handles.push(opened.handle)
    }
    await pause(startMs - clock.nowMs())
    const before = readRunQueue()
    await pause(seconds * 1000)
    const waiting = waitingShare(before, readRunQueue())
    const latenessP99Ms = port.sendLag.percentileMs(99)
    const sent = handles.reduce((sum, handle) => sum + port.remove(handle).packetsSent, 0)
    await pause(100)
    return { report: await sink.stop(), sent, waiting, latenessP99Ms }
  } finally {
    await port.close()
    await sink.stop()
  }
}

describe('RTP at an independent sink', () => {
  it.each([200, 400])('is all there from %i streams, and on time where the machine lets it', async (streams) => {
    const { report, sent, waiting, latenessP99Ms } = await pace(streams)
    const { within, deviationP50Ms, deviationP99Ms, deviationMaxMs } = report
    console.info(
      `${streams} streams: ${(within * 100).toFixed(2)} % within 5 ms; deviation p50 ${deviationP50Ms} ms, ` +
        `p99 ${deviationP99Ms} ms, max ${deviationMaxMs} ms; own lateness p99 ${latenessP99Ms} ms`,
    )
    expect(report.streams).toHaveLength(streams)
    expect(report).toMatchObject({ packets: sent, lost: 0, malformed: 0, kernelDrops: 0 })
    const wanted = streams * 50 * (seconds - 0.1)
    if ((sent <= wanted || within < 0.99) && waiting > idleShare) {
      console.info(`pacing is not judged: the sender waited ${(waiting * 100).toFixed(1)} % of its time for a CPU`)
      return
    }
    expect(sent).toBeGreaterThan(wanted)
    expect(within).toBeGreaterThanOrEqual(0.99)
  })
})
