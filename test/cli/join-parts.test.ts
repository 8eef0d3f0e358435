import { beforeAll, describe, expect, it } from 'vitest'
import type { RunPart } from '../../src/cli/run/result-parts.js'
import { joinParts } from '../../src/cli/shards/join-parts.js'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { AgentGroup } from '../../src/model/scenario.js'
import { callRecord } from '../metrics/records.js'

beforeAll(readyHistograms)

function part(lagMs: number, more: Partial<RunPart['generator']> = {}): RunPart {
  const recorder = new Recorder({ warmupMs: 0 })
  recorder.startLoad(0)
  recorder.call(callRecord({ intendedMs: 0, inviteMs: lagMs, answeredMs: 500 }))
  const snapshot = recorder.snapshot()
  recorder.destroy()
  return {
    snapshot,
    agents: { phone: { count: 2, registered: 2, connections: 1, registrations: 5, registrationsFailed: 1 } },
    refusals: { phone: '' },
    targets: [{ name: 'gateway', addresses: ['10.0.0.1:5060'] }],
    generator: {
      scheduleLagMs: lagMs,
      eventLoopDelayMs: lagMs / 2,
      cpuSeconds: 1.5,
      socketDrops: 3,
      saturated: false,
      reasons: [],
      malformed: { 'not SIP': 1 },
      ...more,
    },
    packetIo: 'native',
    packetIoReason: 'built',
    loadMs: 1000 + lagMs,
    heard: lagMs > 5,
  }
}

const groups = [{ name: 'phone', count: 4 } as AgentGroup]

describe('the parts of a run that its shards have made', () => {
  const whole = () =>
    joinParts(
      [
        { name: 'shard 1 of 2', part: part(2) },
        { name: 'shard 2 of 2', part: part(10, { saturated: true, reasons: ['late'], malformed: { 'not SIP': 2 } }) },
      ],
      { groups },
      0.25,
    )

  it('add up agents, CPU and drops', () => {
    const phone = { count: 4, registered: 4, connections: 2, registrations: 10, registrationsFailed: 2 }
    const { agents, generator, targets } = whole()
    expect(agents).toEqual({ phone: { ...phone, connectionsLost: 0 } })
    expect(generator).toMatchObject({ cpuSeconds: 3.25, socketDrops: 6, malformed: { 'not SIP': 3 } })
    expect(targets).toEqual([{ name: 'gateway', addresses: ['10.0.0.1:5060'] }])
  })

  it('are as late as the latest, and as saturated as the one that is, by name', () => {
    const { generator, loadMs, heard, snapshot } = whole()
    expect(generator).toMatchObject({ eventLoopDelayMs: 5, saturated: true, reasons: ['shard 2 of 2: late'] })
    expect(generator.scheduleLagMs).toBeCloseTo(10, 1)
    expect([loadMs, heard]).toEqual([1010, true])
    expect(snapshot.calls.attempted).toBe(2)
  })
})
