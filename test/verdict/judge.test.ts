import { describe, expect, it } from 'vitest'
import { holds, judge } from '../../src/verdict/judge.js'
import { measured, sourceOf, threshold } from './thresholds.js'

describe('operators', () => {
  it.each([
    ['<', 1, 2, true],
    ['<', 2, 2, false],
    ['<=', 2, 2, true],
    ['<=', 2.0001, 2, false],
    ['>', 3, 2, true],
    ['>', 2, 2, false],
    ['>=', 2, 2, true],
    ['>=', 1.9999, 2, false],
    ['==', 0, 0, true],
    ['==', 1, 0, false],
    ['!=', 1, 0, true],
    ['!=', 0, 0, false],
  ] as const)('%s: %d against %d holds: %s', (operator, value, wanted, expected) => {
    expect(holds(value, operator, wanted)).toBe(expected)
  })
})

describe('a check', () => {
  it('is kept, missed, or inconclusive without data', () => {
    const verdicts = [249.9, 250, null].map(
      (value) =>
        judge(
          [threshold()],
          sourceOf(() => measured(value)),
        )[0]?.verdict,
    )
    expect(verdicts).toEqual(['pass', 'fail', 'inconclusive'])
  })

  it('points back into the scenario', () => {
    expect(
      judge(
        [threshold(), threshold()],
        sourceOf(() => measured(183.2)),
      ),
    ).toMatchObject([{ id: 'expect-1', title: 'session.setup p95 < 250ms', source: 'a.yaml:31:5' }, { id: 'expect-2' }])
  })

  it.each([
    ['a percentile', threshold(), measured(183.2), '183.2 ms (p95 of 1000)', '< 250 ms'],
    ['what just missed never looks kept', threshold(), measured(250.0004), '250.0004 ms (p95 of 1000)', '< 250 ms'],
    [
      'a histogram without an aggregate is its largest value',
      threshold({ aggregate: 'value' }),
      measured(12),
      '12 ms (max of 1000)',
      '< 250 ms',
    ],
    [
      'a count',
      threshold({ aggregate: 'count', unit: 'ms', operator: '>=', wanted: 10 }),
      measured(11),
      '11',
      '>= 10 ms',
    ],
    [
      'a ratio',
      threshold({ metric: 'session.ser', aggregate: 'value', operator: '>=', wanted: 99.9, unit: '%' }),
      measured(84.21052631, { kind: 'ratio', samples: 95, hits: 80 }),
      '84.2105 % (80 of 95)',
      '>= 99.9 %',
    ],
    [
      'a counter',
      threshold({ metric: 'media.one_way_calls', aggregate: 'value', operator: '==', wanted: 0, unit: '' }),
      measured(0, { kind: 'counter' }),
      '0',
      '== 0',
    ],
    [
      'what narrows it',
      threshold({ where: { agent: 'phone', transport: 'udp' }, between: { fromMs: 60_000, toMs: 120_000 } }),
      measured(null),
      'no data',
      '< 250 ms where agent = phone and transport = udp between 60 s and 120 s',
    ],
  ])('says %s', (_, wanted, measurement, measuredText, wantedText) => {
    expect(
      judge(
        [wanted],
        sourceOf(() => measurement),
      ),
    ).toMatchObject([{ measured: measuredText, wanted: wantedText }])
  })
})
