import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { compareCommand } from '../../src/cli/commands/compare.js'
import type { RunResult } from '../../src/model/result.js'
import { judgeDifference, parseDifference } from '../../src/verdict/difference.js'

const golden = join(import.meta.dirname, '../golden/result.json')
const first = JSON.parse(readFileSync(golden, 'utf8')) as RunResult
const folder = mkdtempSync(join(tmpdir(), 'siploadgen-compare-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The same run with these whole-run figures changed. */
const withFigures = (figures: Readonly<Record<string, object>>): RunResult => ({
  ...first,
  metrics: first.metrics.map((series) =>
    Object.keys(series.tags).length === 0 && series.name in figures ? { ...series, ...figures[series.name] } : series,
  ) as RunResult['metrics'],
})

const slower = withFigures({ 'session.setup': { p95: 330 }, 'session.ser': { value: 97 } })
const before = withFigures({ 'session.setup': { p95: 300 }, 'session.ser': { value: 99 } })

describe('a difference', () => {
  test.each([
    ['session.setup p95 <= +10%', 10, 'pass'],
    ['session.setup p95 < +10%', 10, 'fail'],
    ['session.setup p95 <= 29ms', 30, 'fail'],
    ['session.setup p95 <= 1s', 30, 'pass'],
    ['session.setup p95 <= -5%', 10, 'fail'],
    ['session.ser >= -2%', -2, 'pass'],
    ['session.ser >= -1.9%', -2, 'fail'],
    ['sip.retransmissions == 0', 0, 'pass'],
    ['session.setup p97 <= 1ms', null, 'inconclusive'],
    ['transport.connect p95 <= +10%', null, 'inconclusive'],
  ])('%s', (text, wanted, verdict) => {
    const limit = parseDifference(text)
    if (typeof limit === 'string') throw new Error(limit)
    const none = { ...before, metrics: before.metrics.filter(({ name }) => name !== 'transport.connect') }
    const judged = judgeDifference(limit, none, slower)
    expect(judged.verdict).toBe(verdict)
    if (wanted === null) expect(judged.difference).toBeNull()
    else expect(judged.difference).toBeCloseTo(wanted, 6)
  })

  test.each([
    ['session.setup p95', 'is not a difference'],
    ['session.setpu p95 <= 1ms', 'session.setpu'],
    ['session.setup <= 1ms', 'session.setup'],
    ['session.setup p95 <= 1V', 'V'],
    ['session.setup p95 != 1ms', 'is not a difference'],
  ])('%s is refused', (text, wanted) => {
    expect(parseDifference(text)).toContain(wanted)
  })
})

describe('siploadgen compare', () => {
  const file = join(folder, 'result.json')
  writeFileSync(file, JSON.stringify(slower))
  const original = join(folder, 'first.json')
  writeFileSync(original, JSON.stringify(before))
  const compare = async (...expectations: string[]) => {
    let out = ''
    const output = {
      out: (text: string): void => {
        out += text
      },
      err: () => {},
    }
    const code = await compareCommand([original, folder], expectations, output)
    return { code, out }
  }

  test('lays two results side by side', async () => {
    const { code, out } = await compare()
    expect(code).toBe(0)
    expect(out).toMatch(/^session\.setup p95 +300 ms +330 ms +\+30 \(\+10\.0 %\)$/m)
    expect(out).toMatch(/^session\.ser +99 % +97 % +-2 \(-2\.0 %\)$/m)
    expect(out).toMatch(/^calls attempted +(\d+) +\1$/m)
  })

  test('ends with 0, 1 or 3 by the limits of the difference', async () => {
    expect((await compare('session.setup p95 <= +10%')).code).toBe(0)
    const missed = await compare('session.setup p95 <= +10%', 'session.ser >= -1%', 'session.setup p97 <= 1ms')
    expect(missed.code).toBe(1)
    expect(missed.out).toContain('fail         session.ser >= -1%: -2\n')
    expect((await compare('session.setup p97 <= 1ms')).code).toBe(3)
    await expect(compare('session.setup')).rejects.toMatchObject({ code: 'usage/arguments' })
  })
})
