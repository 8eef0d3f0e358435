import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SiploadgenError } from '../../src/base/errors.js'
import type { RunResult } from '../../src/model/result.js'
import { capResult, thinPoints } from '../../src/report/cap-result.js'
import { parseResult, readResult } from '../../src/report/read-result.js'
import { openRunFolder, runFolderName, writeWhole } from '../../src/report/result-file.js'
import { fixture } from './fixture.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siploadgen-result-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const startedAt = new Date('2026-11-20T19:21:00.123Z')

const failureOf = (run: () => unknown): SiploadgenError => {
  try {
    run()
  } catch (error) {
    if (error instanceof SiploadgenError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the folder of a run', () => {
  it.each([
    ['Browsers call desk phones', '20261120T192100Z-browsers-call-desk-phones'],
    ['../../etc/passwd', '20261120T192100Z-etc-passwd'],
    ['Überlauf: 50 %', '20261120T192100Z-uberlauf-50'],
    ['電話', '20261120T192100Z-run'],
    ['', '20261120T192100Z-run'],
  ])('of %j is %s', (name, expected) => {
    expect(runFolderName(startedAt, name)).toBe(expected)
  })

  it('is new for each run, and latest follows', () => {
    const options = { outFolder: undefined, reportsFolder: join(folder, 'reports'), startedAt, scenarioName: 'a' }
    openRunFolder(options)
    const second = openRunFolder(options)
    expect(second.path.endsWith('20261120T192100Z-a-2')).toBe(true)
    expect(readlinkSync(join(folder, 'reports', 'latest'))).toBe('20261120T192100Z-a-2')
    second.writeResult(fixture())
    expect(readResult(join(folder, 'reports', 'latest', 'result.json'))).toEqual(fixture())
  })

  it('is the one that --out names, and then latest stays', () => {
    const out = join(folder, 'deep', 'out')
    openRunFolder({ outFolder: out, reportsFolder: join(folder, 'reports'), startedAt, scenarioName: 'a' }).writeFile(
      'x',
      'y',
    )
    expect(readFileSync(join(out, 'x'), 'utf8')).toBe('y')
    expect(existsSync(join(folder, 'reports'))).toBe(false)
  })
})

describe('progress', () => {
  const unfinished = (): RunResult => ({ ...fixture(), verdict: 'inconclusive', reasons: ['the run has not ended'] })

  it('is readable while the run goes on', async () => {
    const run = openRunFolder({ outFolder: folder, reportsFolder: folder, startedAt, scenarioName: 'a' })
    run.writeProgress(unfinished)
    await vi.waitUntil(() => existsSync(join(folder, 'result.json')))
    expect(readResult(join(folder, 'result.json'))).toEqual(unfinished())
  })

  it('never replaces the result of the finished run', async () => {
    const run = openRunFolder({ outFolder: folder, reportsFolder: folder, startedAt, scenarioName: 'a' })
    run.writeProgress(unfinished)
    run.writeResult(fixture())
    run.writeProgress(unfinished)
    await vi.waitUntil(() => readdirSync(folder).length === 1)
    expect(readResult(join(folder, 'result.json')).verdict).toBe('fail')
  })

  it('does not make the next result while one is being written', async () => {
    const run = openRunFolder({ outFolder: folder, reportsFolder: folder, startedAt, scenarioName: 'a' })
    const make = vi.fn(unfinished)
    run.writeProgress(make)
    run.writeProgress(make)
    expect(make).toHaveBeenCalledTimes(1)
    await vi.waitUntil(() => existsSync(join(folder, 'result.json')))
  })
})

describe('writing', () => {
  it('replaces a file whole and leaves nothing beside it', () => {
    const path = join(folder, 'result.json')
    writeWhole(path, 'first')
    writeWhole(path, new Uint8Array([115, 101, 99]))
    expect(readFileSync(path, 'utf8')).toBe('sec')
    expect(readdirSync(folder)).toEqual(['result.json'])
  })

  it.each<[string, () => string]>([
    [
      'a file where a folder should be',
      () => {
        writeFileSync(join(folder, 'file'), '')
        return join(folder, 'file', 'result.json')
      },
    ],
    ['a folder that is not there', () => join(folder, 'none', 'result.json')],
  ])('into %s is an environment error that names the path', (_, make) => {
    const path = make()
    const error = failureOf(() => writeWhole(path, 'x'))
    expect([error.code, error.exitCode]).toEqual(['environment/write', 4])
    expect(error.detail).toContain(path)
  })

  it('gives up the course of sampled streams before anything else', () => {
    const [sample] = fixture().samples.filter(({ streams }) => streams?.some(({ steps }) => steps))
    if (sample === undefined) throw new Error('the fixture has no sample with steps')
    const whole = { ...fixture(), samples: Array.from({ length: 100 }, (_, call) => ({ ...sample, call })) }
    const bytes = Buffer.byteLength(JSON.stringify(whole, null, 1))
    const capped = capResult(whole, bytes - 1)
    expect(capped.samples).toHaveLength(100)
    expect(capped.samples.flatMap(({ streams = [] }) => streams).every(({ steps }) => steps === null)).toBe(true)
    expect(capped.timeline.slices).toEqual(whole.timeline.slices)
    expect(capResult(whole, bytes).samples[0]).toEqual(whole.samples[0])
  })

  it('is refused with an environment error when the folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '')
    chmodSync(join(folder, 'file'), 0o400)
    const reportsFolder = join(folder, 'file', 'reports')
    const error = failureOf(() => openRunFolder({ outFolder: undefined, reportsFolder, startedAt, scenarioName: 'a' }))
    expect(error.code).toBe('environment/write')
  })
})

describe('a result stays within its limit', () => {
  const large = (): RunResult => {
    const base = fixture()
    const ladder = Array.from({ length: 1000 }, (_, i) => ({
      atMs: i,
      agent: 'a',
      direction: 'sent' as const,
      summary: 'INVITE',
      remote: 'b',
    }))
    const sample = {
      call: 1,
      outcome: 'rejected',
      reason: '',
      legs: [],
      ladder,
      sdp: [{ agent: 'a', local: 'x'.repeat(1e5), remote: '' }],
      timeline: [],
      recording: null,
    }
    const point = { t: 0, attempted: 1, established: 1, failed: 0, concurrent: 3, packets: 100, registered: 2 }
    return {
      ...base,
      samples: Array.from({ length: 500 }, (_, call) => ({ ...sample, call })),
      timeline: {
        stepSeconds: 1,
        points: Array.from({ length: 10_000 }, (_, t) => ({ ...point, t })),
        slices: Array.from({ length: 300 }, (_, i) => ({ from: i, to: i + 1, metrics: base.metrics })),
      },
    }
  }

  it.each([19_000_000, 3_000_000, 300_000])('of %d bytes', (limit) => {
    const capped = capResult(large(), limit)
    expect(Buffer.byteLength(JSON.stringify(capped, null, 1))).toBeLessThanOrEqual(limit)
    expect(parseResult(JSON.stringify(capped), 'result.json').checks).toEqual(fixture().checks)
    expect(capped.timeline.points.reduce((sum, each) => sum + each.attempted, 0)).toBe(10_000)
  })

  it('and loses no count when points are thinned', () => {
    const timeline = large().timeline
    const thin = thinPoints(timeline, 300)
    expect([thin.stepSeconds, thin.points.length, thin.points[1]?.t]).toEqual([34, 295, 34])
    expect(thin.points.reduce((sum, each) => sum + each.packets, 0)).toBe(1_000_000)
    expect(Math.max(...thin.points.map((each) => each.concurrent))).toBe(3)
  })
})

describe('reading a result', () => {
  const changed = (change: (result: RunResult) => void): string => {
    const result = fixture()
    change(result)
    return JSON.stringify(result)
  }

  it.each<[string, string, string]>([
    ['an empty file', '', 'r.json:1:1: the file is empty'],
    ['half a file', '{\n "schema": "siplo', 'r.json:2:'],
    ['something else', '{"a":1}', 'r.json: this is no result of siploadgen: it has no schema'],
    ['a later schema', '{"schema":"siploadgen/result@2"}', 'its schema is "siploadgen/result@2"'],
    ['a list', '[]', 'it has no schema'],
    [
      'a missing part',
      changed((result) => Reflect.deleteProperty(result, 'calls')),
      'r.json: calls.attempted is missing',
    ],
    [
      'a verdict that is none',
      changed((result) => Object.assign(result.checks[1] ?? {}, { verdict: 'maybe' })),
      'r.json: checks[1].verdict is not what it should be (one of pass, fail, inconclusive)',
    ],
    [
      'a count that is text',
      changed((result) => Object.assign(result.calls, { byStatus: { 200: 'many' } })),
      'r.json: calls.byStatus is not what it should be (numbers)',
    ],
  ])('%s is refused with its place', (_, content, expected) => {
    const error = failureOf(() => parseResult(content, 'r.json'))
    expect(error.code).toBe('result/unreadable')
    expect(error.describe()).toContain(expected)
  })

  it('that is not there is refused with its name', () => {
    expect(failureOf(() => readResult(join(folder, 'none.json'))).detail).toContain('none.json')
  })

  it('lets later fields through', () => {
    expect(
      parseResult(
        changed((result) => Object.assign(result, { later: 1 })),
        'r.json',
      ),
    ).toHaveProperty('later', 1)
  })
})
