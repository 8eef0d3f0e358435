import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openFilesShare, SocketDropReader } from '../../src/metrics/kernel-readings.js'
import { SelfObservation } from '../../src/metrics/self-observation.js'

/** Keeps the only thread busy. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('self-observation', () => {
  it('sees a blocked loop and a full core, and forgets what came before the judged part', async () => {
    const self = new SelfObservation({ scheduleLagP99Ms: () => 150, socketDrops: () => 0 })
    try {
      for (let i = 0; i < 21; i++) {
        block(100)
        await sleep(0)
      }
      self.observe()
      const { eventLoopDelayP99Ms, busiestLoop = 0 } = self.figures()
      expect(eventLoopDelayP99Ms).toBeGreaterThan(60)
      expect(busiestLoop).toBeGreaterThan(0.9)
      expect(self.health()).toMatchObject({ saturated: true, scheduleLagMs: 150 })
      self.beginJudged()
      expect(self.figures()).toMatchObject({ eventLoopDelayP99Ms: undefined, busiestLoop: undefined })
    } finally {
      self.stop()
    }
  })

  it('is quiet when there is nothing to see', async () => {
    const self = new SelfObservation({ scheduleLagP99Ms: () => undefined, malformed: () => ({ SIP: 2 }) })
    try {
      await sleep(100)
      self.observe()
      const { scheduleLagMs, socketDrops, malformed, cpuSeconds } = self.health()
      expect({ scheduleLagMs, socketDrops, malformed }).toEqual({
        scheduleLagMs: null,
        socketDrops: 0,
        malformed: { SIP: 2 },
      })
      expect(cpuSeconds).toBeGreaterThanOrEqual(0)
    } finally {
      self.stop()
    }
  })

  it('counts drops since the judged part began', () => {
    let drops = 5
    const self = new SelfObservation({ scheduleLagP99Ms: () => undefined, socketDrops: () => drops })
    drops = 8
    expect(self.health().socketDrops).toBe(3)
    self.stop()
  })
})

describe.runIf(process.platform === 'linux')('what the kernel tells', () => {
  it('is the share of open files', () => {
    const share = openFilesShare() ?? Number.NaN
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThan(0.9)
  })

  it('is what a socket of ours dropped, even after it was closed', async () => {
    const reader = new SocketDropReader()
    const before = reader.read()
    const receiver = createSocket({ type: 'udp4', recvBufferSize: 2048 }).bind(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo
    const sender = createSocket('udp4').bind(0, '127.0.0.1')
    await once(sender, 'listening')
    sender.connect(port, '127.0.0.1')
    await once(sender, 'connect')
    // Sent at once, while this thread reads nothing.
    for (let i = 0; i < 500; i++) sender.send(Buffer.alloc(1000))
    const dropped = reader.read() - before
    sender.close()
    receiver.close()
    expect(dropped).toBeGreaterThan(0)
    expect(reader.read() - before).toBeGreaterThanOrEqual(dropped)
  })
})
