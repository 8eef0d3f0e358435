import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { freePort, freePortRange, isFree } from './free-port.js'
import { runProgram, startPeer } from './peer.js'
import { describeWithPeers, findPeer, requirePeer } from './require-peer.js'
import { startRtpSink } from './rtp-sink.js'
import { readStatistics } from './sipp.js'
import { temporaryFolder } from './temporary-folder.js'
import { readWav, shareAt, toneWav } from './tone-wav.js'

/** A process that has ended and waits for its parent to notice (state Z) is not alive. */
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))

describe('a peer', () => {
  test('is ready when its output says so, and stopping it ends its children too', async () => {
    const peer = await startPeer({
      command: 'sh',
      args: ['-c', 'sleep 100 & echo "child $!"; wait'],
      ready: /child \d+/,
    })
    const child = Number(/child (\d+)/.exec(peer.output())?.[1])
    expect([isAlive(peer.pid), isAlive(child)]).toEqual([true, true])
    await peer.stop()
    await expect.poll(() => [isAlive(peer.pid), isAlive(child)]).toEqual([false, false])
  })

  test('that ends before it is ready is an error with its output', async () => {
    const starting = startPeer({ command: 'sh', args: ['-c', 'echo no port; exit 7'], ready: /never/ })
    await expect(starting).rejects.toThrow(/ended \(7\) early:\nno port/)
  })

  test('that is never ready is an error and does not stay', async () => {
    const starting = startPeer({ command: 'sleep', args: ['100'], ready: /never/, readyWithinMs: 100 })
    await expect(starting).rejects.toThrow('was not ready within 100 ms')
  })

  test('that does not exist is an error', async () => {
    await expect(startPeer({ command: '/nonexistent/program' })).rejects.toThrow('ENOENT')
  })

  test('run to its end gives its code and output', async () => {
    const result = await runProgram({ command: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'] })
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 3, stdout: 'out\n' })
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out'])
  })

  test('run for too long is stopped and an error', async () => {
    await expect(runProgram({ command: 'sleep', args: ['100'], withinMs: 100 })).rejects.toThrow('did not end within')
  })
})

describe('clean-up', () => {
  let left: { pid: number; folder: string } | undefined

  test('happens when a test ends', async () => {
    const peer = await startPeer({ command: 'sleep', args: ['100'] })
    left = { pid: peer.pid, folder: temporaryFolder() }
    expect([isAlive(left.pid), existsSync(left.folder)]).toEqual([true, true])
  })

  test('has happened by the next test', () => {
    expect(left && [isAlive(left.pid), existsSync(left.folder)]).toEqual([false, false])
  })
})

describe('a free port', () => {
  test('is not free once it is bound', async () => {
    const port = await freePort()
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
    expect(await isFree(port)).toBe(false)
    socket.close()
  })

  test('starts at an even number, and ranges do not overlap', async () => {
    const firsts = [await freePortRange(20), await freePortRange(20)]
    expect(firsts.map((first) => first % 2)).toEqual([0, 0])
    expect(Math.abs((firsts[0] ?? 0) - (firsts[1] ?? 0))).toBeGreaterThanOrEqual(20)
  })
})

describe('a required program', () => {
  test('is found by its path', () => {
    expect(requirePeer('ip')).toMatch(/^\/.*\/ip$/)
    expect(findPeer('ip')).toBe(requirePeer('ip'))
  })
})

test('the statistics of SIPp are its last row by column', () => {
  const text = 'StartTime;TotalCallCreated;SuccessfulCall(C);\n1;0;0;\n2;5;4;\n'
  expect(readStatistics(text)).toEqual({ StartTime: '2', TotalCallCreated: '5', 'SuccessfulCall(C)': '4' })
  expect(readStatistics('')).toEqual({})
})

describe('a tone', () => {
  const { rate, samples } = readWav(toneWav({ hz: 1000, seconds: 1, rate: 8000, channels: 2 }))

  test('is written as a WAV file and read back', () => {
    expect([rate, samples.length]).toEqual([8000, 8000])
    expect(Math.max(...samples)).toBeCloseTo(0.3 * 32_767, -2)
  })

  test('has its energy at its frequency, and noise and silence have none there', () => {
    expect(shareAt(samples, rate, 1000)).toBeGreaterThan(0.99)
    expect(shareAt(samples, rate, 1200)).toBeLessThan(0.01)
    expect(shareAt(new Array(8000).fill(0), rate, 1000)).toBe(0)
  })

  test('is found again behind a slip of the clock', () => {
    expect(shareAt([...samples.slice(0, 4003), ...samples.slice(4007)], rate, 1000)).toBeGreaterThan(0.9)
  })
})

describeWithPeers(['gcc'], 'the RTP sink', () => {
  const packet = (sequence: number, ssrc: number): Buffer => {
    const bytes = Buffer.alloc(172)
    bytes.writeUInt8(0x80, 0)
    bytes.writeUInt16BE(sequence & 0xffff, 2)
    bytes.writeUInt32BE(ssrc, 8)
    return bytes
  }

  test('counts loss, duplicates and reordering over the wrap of the sequence number', async () => {
    const sink = await startRtpSink()
    const socket = createSocket('udp4')
    const send = (bytes: Buffer): Promise<void> =>
      new Promise((resolve) => socket.send(bytes, sink.ports[0], sink.address, () => resolve()))
    // 65533, 65534, (65535 lost), 0, 2, 1, 1 again, 3
    for (const sequence of [65533, 65534, 65536, 65538, 65537, 65537, 65539]) await send(packet(sequence, 7))
    await send(Buffer.from('not RTP'))
    await send(Buffer.from([0x80, 200, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0]))
    socket.close()
    const report = await sink.stop()
    expect(report.streams).toHaveLength(1)
    expect(report.streams[0]).toMatchObject({ ssrc: 7, packets: 6, expected: 7, lost: 1, duplicates: 1, reordered: 1 })
    expect(report).toMatchObject({ packets: 6, lost: 1, malformed: 1, rtcp: 1, kernelDrops: 0 })
  })

  test('measures the deviation from the schedule of each stream', async () => {
    const sink = await startRtpSink({ ports: 2, ptimeMs: 30, withinMs: 15 })
    const socket = createSocket('udp4')
    const startMs = performance.now()
    // The first stream keeps its schedule; every other packet of the second is 25 ms late.
    const at = (ms: number, run: () => void): Promise<void> =>
      new Promise((resolve) =>
        setTimeout(
          () => {
            run()
            resolve()
          },
          startMs + ms - performance.now(),
        ),
      )
    const sends = Array.from({ length: 20 }, (_, k) => [
      at(100 + k * 30, () => socket.send(packet(k, 1), sink.ports[0], sink.address)),
      at(100 + k * 30 + (k % 2) * 25, () => socket.send(packet(k, 2), sink.ports[1], sink.address)),
    ])
    await Promise.all(sends.flat())
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.close()
    const { streams } = await sink.stop()
    const [steady, uneven] = [...streams].sort((a, b) => a.ssrc - b.ssrc)
    expect(steady).toMatchObject({ packets: 20, lost: 0, port: sink.ports[0] })
    expect(steady?.deviationMeanMs).toBeLessThan(10)
    expect(uneven?.deviationP99Ms).toBeGreaterThan(20)
    expect(uneven?.within).toBeLessThan(0.7)
    expect(uneven?.gapMaxMs).toBeGreaterThan(45)
  })

  test('sends packets back when asked to', async () => {
    const sink = await startRtpSink({ echo: true })
    const socket = createSocket('udp4')
    const echoed = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    socket.send(packet(5, 9), sink.ports[0], sink.address)
    expect((await echoed).equals(packet(5, 9))).toBe(true)
    socket.close()
  })
})
