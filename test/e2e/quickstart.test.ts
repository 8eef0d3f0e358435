import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { outcomes } from '../../src/model/outcome.js'
import type { RunResult } from '../../src/model/result.js'
import { type Ended, expectPass, readResult, run, scenarioFile, temporaryFolder } from './program.js'

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
const isList = (value: unknown): boolean => Array.isArray(value)
const every = (value: unknown, holds: (item: never) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => holds(item as never))
const counts = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).every(isCount)

const registeredTen =
  (connections: number) =>
  (value: unknown): boolean => {
    const group = value as RunResult['agents'][string]
    return group.count === 10 && group.registered === 10 && group.connections === connections
  }

type Metric = RunResult['metrics'][number]
const isMetric = (series: Metric): boolean => {
  if (!isText(series.name) || typeof series.tags !== 'object' || typeof series.unit !== 'string') return false
  if (series.kind === 'ratio') return isCount(series.numerator) && isCount(series.denominator)
  if (series.kind !== 'histogram') return series.value === null || isNumber(series.value)
  const figures = [series.min, series.mean, series.max, series.p1, series.p5, series.p50, series.p90]
  const all = [...figures, series.p95, series.p99, series.p999]
  return (
    isCount(series.count) &&
    (series.hdr !== '') === series.count > 0 &&
    all.every(series.count === 0 ? (v) => v === null : isNumber)
  )
}

const contract: [string, (value: unknown) => boolean][] = [
  ['schema', (value) => value === 'siploadgen/result@1'],
  ['verdict', (value) => value === 'pass' || value === 'inconclusive'],
  ['reasons', isList],
  ['scenario.name', isText],
  ['scenario.file', isText],
  ['scenario.sha256', (value) => /^[0-9a-f]{64}$/.test(String(value))],
  ['scenario.inputs', (value) => (value as Record<string, string>).domain === 'lab.test'],
  ['environment.version', isText],
  ['environment.node', isText],
  ['environment.os', isText],
  ['environment.cpu', isText],
  ['environment.startedAt', (value) => !Number.isNaN(Date.parse(String(value)))],
  ['environment.durationSeconds', (value) => isNumber(value) && (value as number) > 9],
  ['environment.shards', (value) => value === 1],
  ['environment.packetIo', (value) => value === 'native' || value === 'dgram'],
  ['environment.packetIoReason', isText],
  [
    'checks',
    (value) =>
      every(
        value,
        (check: RunResult['checks'][number]) =>
          [check.id, check.title, check.measured, check.wanted].every(isText) && /:\d+:\d+$/.test(check.source),
      ),
  ],
  ['metrics', (value) => every(value, isMetric)],
  [
    'calls.byOutcome',
    (value) => counts(value) && Object.keys(value as object).every((key) => outcomes.includes(key as never)),
  ],
  ['calls.byStatus', counts],
  ['agents.browser', registeredTen(10)],
  ['agents.phone', registeredTen(0)],
  [
    'targets',
    (value) =>
      every(
        value,
        (target: RunResult['targets'][number]) =>
          isText(target.name) &&
          target.addresses.length > 0 &&
          isCount(target.calls) &&
          isCount(target.failures) &&
          target.downFrom === null &&
          target.downTo === null,
      ),
  ],
  ['media.models', isList],
  ['faults', isList],
  ['findings', isList],
  ['coverage.rules', counts],
  [
    'samples',
    (value) => every(value, (sample: RunResult['samples'][number]) => isCount(sample.call) && isText(sample.outcome)),
  ],
  ['generator.scheduleLagMs', isNumber],
  ['generator.eventLoopDelayMs', isNumber],
  ['generator.cpuSeconds', (value) => isNumber(value) && (value as number) > 0],
  ['generator.socketDrops', isCount],
  ['generator.saturated', (value) => typeof value === 'boolean'],
  ['generator.reasons', isList],
  ['generator.malformed', counts],
  ['timeline.stepSeconds', (value) => isNumber(value) && (value as number) > 0],
  [
    'timeline.points',
    (value) =>
      every(value, (point: RunResult['timeline']['points'][number]) => Object.values(point).every(isNumber)) &&
      (value as RunResult['timeline']['points']).reduce((sum, point) => sum + point.attempted, 0) === 20,
  ],
  [
    'timeline.slices',
    (value) =>
      every(value, (slice: RunResult['timeline']['slices'][number]) => slice.to > slice.from && isList(slice.metrics)),
  ],
]

describe('the quickstart', () => {
  const folder = temporaryFolder()
  const reports = join(folder, 'reports')
  let ended: Ended
  let result: RunResult
  beforeAll(async () => {
    ended = await run(['run', scenarioFile('quickstart')], { cwd: folder })
    result = readResult(join(reports, 'latest'))
  })

  it('passes, and ends when its calls have ended', () => {
    expectPass(ended, result)
    // 20 calls at 2/s, the last of at most 4 s; the rest is registering and un-registering.
    expect(ended.ms).toBeLessThan(25_000)
  })

  it('places every call, and each is heard in both directions without loss', () => {
    expect(result.calls).toMatchObject({ attempted: 20, established: 20, completed: 20, failed: 0 })
    expect(result.calls.byOutcome).toEqual({ completed: 20 })
    expect(result.calls.byStatus).toEqual({ 200: 20 })
    expect(result.media.streams).toBe(40)
    expect(result.media.packetsLost).toBe(0)
    // 3 to 4 s of 20 ms packets in each of 40 streams.
    expect(result.media.packetsReceived).toBeGreaterThan(40 * 145)
    expect(result.media.packetsReceived).toBeLessThan(40 * 205)
  })

  it('leaves every file of a run, and points reports/latest to it', () => {
    expect(lstatSync(join(reports, 'latest')).isSymbolicLink()).toBe(true)
    const name = readlinkSync(join(reports, 'latest'))
    expect(name).toMatch(/^\d{8}T\d{6}Z-quickstart-browsers-call-desk-phones$/)
    const files = readdirSync(join(reports, name)).sort()
    expect(files).toEqual(expect.arrayContaining(['junit.xml', 'report.html', 'result.json', 'summary.md']))
    expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([])
    expect(readFileSync(join(reports, name, 'junit.xml'), 'utf8')).toMatch(/^<\?xml[\s\S]*<testsuite/)
    expect(readFileSync(join(reports, name, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i)
    expect(readFileSync(join(reports, name, 'report.html'), 'utf8')).not.toMatch(/(src|href)="https?:/)
  })

  it('prints a summary, and plain progress lines that are at least five seconds apart', () => {
    expect(ended.out).toContain('20 attempted, 20 established, 20 completed, 0 failed')
    const lines = ended.err.split('\n').filter((line) => line.includes('attempted'))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThanOrEqual(Math.floor(ended.ms / 5000))
    expect(ended.err).not.toContain('\u001b[')
  })

  it.each(contract)('has %s in its result, as the contract says', (path, isRight) => {
    const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], result)
    expect(value, `${path} is ${JSON.stringify(value)?.slice(0, 200)}`).toSatisfy(isRight)
  })

  it('samples calls with their ladders and both descriptions', () => {
    const [sample] = result.samples
    expect(sample?.legs).toHaveLength(2)
    expect(sample?.ladder.map(({ summary }) => summary)).toEqual(expect.arrayContaining(['INVITE', 'ACK', 'BYE']))
    expect(sample?.sdp.every(({ local, remote }) => local.includes('m=audio') && remote.includes('m=audio'))).toBe(true)
    for (const { atMs } of sample?.ladder ?? []) expect(atMs).toBeGreaterThanOrEqual(0)
  })
})
