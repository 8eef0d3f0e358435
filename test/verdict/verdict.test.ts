import { describe, expect, it } from 'vitest'
import type { Check, Finding, Verdict } from '../../src/model/result.js'
import { decideVerdict, type Evidence, exitCodeOf } from '../../src/verdict/verdict.js'

const check = (verdict: Verdict): Check => ({
  id: 'expect-1',
  title: `a ${verdict} one`,
  verdict,
  measured: 'm',
  wanted: 'w',
  source: 'a.yaml:1:1',
})

const violation: Finding = {
  rule: 'rfc3261/8.1.1',
  severity: 'error',
  element: 'gateway',
  count: 2,
  verdict: 'fail',
  examples: [],
}

const evidence = (changes: Partial<Evidence>): Evidence => ({
  checks: [],
  findings: [],
  exercised: true,
  saturation: [],
  interruption: undefined,
  earlyEnd: undefined,
  ...changes,
})

describe('the verdict', () => {
  it.each<[string, Partial<Evidence>, Verdict, string[]]>([
    ['passes without thresholds', {}, 'pass', []],
    ['passes when all are kept', { checks: [check('pass')] }, 'pass', []],
    ['fails with one missed', { checks: [check('pass'), check('fail')] }, 'fail', ['a fail one: measured m']],
    [
      'fails even when another found no data',
      { checks: [check('inconclusive'), check('fail')] },
      'fail',
      ['a fail one: measured m', 'a inconclusive one: m'],
    ],
    [
      'is inconclusive with no data alone',
      { checks: [check('pass'), check('inconclusive')] },
      'inconclusive',
      ['a inconclusive one: m'],
    ],
    ['fails with a violation', { findings: [violation] }, 'fail', ['rfc3261/8.1.1: 2 violations by gateway']],
    [
      'does not fail with what could not be decided',
      { findings: [{ ...violation, verdict: 'inconclusive' }] },
      'pass',
      [],
    ],
    ['does not fail with a warning', { findings: [{ ...violation, severity: 'warning' }] }, 'pass', []],
    ['fails when a threshold ended it', { earlyEnd: 'ended early: x' }, 'fail', ['ended early: x']],
    [
      'proves nothing with a saturated generator, and still shows what was missed',
      { checks: [check('fail')], saturation: ['the event loop was late: p99 80 ms'] },
      'inconclusive',
      ['the generator was the bottleneck: the event loop was late: p99 80 ms', 'a fail one: measured m'],
    ],
    [
      'proves nothing when interrupted',
      { interruption: 'interrupted by SIGINT' },
      'inconclusive',
      ['interrupted by SIGINT'],
    ],
    [
      'proves nothing when nothing was exercised',
      { exercised: false, checks: [check('pass')] },
      'inconclusive',
      ['nothing was exercised: no call and no registration was attempted'],
    ],
  ])('%s', (_, changes, verdict, reasons) => {
    expect(decideVerdict(evidence(changes))).toEqual({ verdict, reasons })
  })
})

describe('the exit code', () => {
  it.each<[Verdict | undefined, number[], number]>([
    ['pass', [], 0],
    ['fail', [], 1],
    ['inconclusive', [], 3],
    [undefined, [2], 2],
    [undefined, [4], 4],
    ['fail', [4], 4],
    ['inconclusive', [4], 4],
    ['fail', [2, 4], 2],
    ['pass', [70, 2, 4], 70],
    ['fail', [3], 3],
  ])('of verdict %s and errors %j is %d', (verdict, errors, expected) => {
    expect(exitCodeOf(verdict, errors)).toBe(expected)
  })

  it('of neither a verdict nor an error is that of a bug', () => {
    expect(exitCodeOf(undefined)).toBe(70)
  })
})
