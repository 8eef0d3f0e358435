import { beforeAll, describe, expect, it } from 'vitest'
import { readyHistograms } from '../../src/metrics/histogram.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { GeneratorHealth } from '../../src/model/result.js'
import { parseResult } from '../../src/report/read-result.js'
import { assembleResult, type RunParts } from '../../src/verdict/assemble-result.js'
import { callRecord, registrationRecord, rejectedCall } from '../metrics/records.js'
import { threshold } from './thresholds.js'

beforeAll(readyHistograms)

const generator: GeneratorHealth = {
  scheduleLagMs: 1,
  eventLoopDelayMs: 1,
  cpuSeconds: 1,
  socketDrops: 0,
  saturated: false,
  reasons: [],
  malformed: {},
}

function resultOf(fill: (recorder: Recorder) => void, changes: Partial<RunParts> = {}) {
  const thresholds = [threshold()]
  const recorder = new Recorder({ warmupMs: 0, questions: thresholds })
  recorder.startLoad(0)
  fill(recorder)
  const result = assembleResult({
    scenario: { name: 'a', file: 'a.yaml', sha256: '0', inputs: {}, thresholds },
    environment: {
      version: '0.1.0',
      node: 'v20',
      os: 'Linux',
      cpu: 'cpu',
      startedAt: '2026-11-20T19:21:00.000Z',
      durationSeconds: 1,
      shards: 1,
      packetIo: 'dgram',
      packetIoReason: '',
    },
    snapshot: recorder.snapshot(),
    source: recorder,
    agents: {},
    targets: [{ name: 'a', addresses: ['127.0.0.1:5060'] }],
    generator,
    samples: [],
    mediaModels: [],
    ...changes,
  })
  recorder.destroy()
  return result
}

describe('a result', () => {
  it.each<[string, (recorder: Recorder) => void, Partial<RunParts>, string]>([
    ['of a good call passes', (recorder) => recorder.call(callRecord()), {}, 'pass'],
    ['of a slow call fails', (recorder) => recorder.call(callRecord({ answeredMs: 1400 })), {}, 'fail'],
    [
      'of a slow generator is inconclusive',
      (recorder) => recorder.call(callRecord({ answeredMs: 1400 })),
      { generator: { ...generator, saturated: true, reasons: ['late'] } },
      'inconclusive',
    ],
    [
      'of an interrupted run is inconclusive',
      (recorder) => recorder.call(callRecord()),
      { interruption: 'SIGINT' },
      'inconclusive',
    ],
    ['of nothing is inconclusive', () => undefined, {}, 'inconclusive'],
  ])('%s', (_, fill, changes, verdict) => {
    const result = resultOf(fill, changes)
    expect(result.verdict).toBe(verdict)
    expect(parseResult(JSON.stringify(result), 'result.json')).toEqual(result)
  })

  it('takes registrations alone for something exercised', () => {
    const scenario = { name: 'a', file: 'a.yaml', sha256: '0', inputs: {}, thresholds: [] }
    const result = resultOf((recorder) => recorder.registration(registrationRecord()), { scenario })
    expect(result.verdict).toBe('pass')
  })

  it('counts calls and failures of each target, of those too that nobody named', () => {
    const { targets } = resultOf((recorder) => {
      recorder.call(callRecord({ target: 'a' }))
      recorder.call(rejectedCall(503, { target: 'b' }))
    })
    expect(targets.map(({ name, addresses, calls, failures }) => [name, addresses, calls, failures])).toEqual([
      ['a', ['127.0.0.1:5060'], 1, 0],
      ['b', [], 1, 1],
    ])
  })
})
