import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metricTable } from '../../src/model/metric-table.js'
import { parseThreshold, type ThresholdParts } from '../../src/verdict/threshold-grammar.js'

const plain = { where: {}, between: undefined, during: undefined, abortAfterMs: undefined }

describe('thresholds are read in the unit of their metric', () => {
  test.each<[string, Partial<ThresholdParts>]>([
    [
      'session.setup p95 < 250ms',
      { metric: 'session.setup', aggregate: 'p95', operator: '<', wanted: 250, unit: 'ms', ...plain },
    ],
    ['session.setup p95<2s', { aggregate: 'p95', operator: '<', wanted: 2000, unit: 'ms' }],
    ['session.setup p99.9 <= 1m', { aggregate: 'p99.9', operator: '<=', wanted: 60_000 }],
    ['session.srd mean < 500us', { aggregate: 'mean', wanted: 0.5 }],
    ['session.sdt min >= 500ms', { aggregate: 'min', operator: '>=', wanted: 0.5, unit: 's' }],
    ['session.sdt max < 1h', { aggregate: 'max', wanted: 3600, unit: 's' }],
    ['session.setup count >= 100', { aggregate: 'count', wanted: 100, unit: '' }],
    ['session.ser >= 99.9%', { aggregate: 'value', operator: '>=', wanted: 99.9, unit: '%' }],
    ['media.loss == 0', { aggregate: 'value', operator: '==', wanted: 0, unit: '%' }],
    ['media.mos_cqe_nb p5 >= 4.0', { aggregate: 'p5', wanted: 4, unit: 'MOS' }],
    ['media.one_way_calls == 0', { aggregate: 'value', wanted: 0, unit: '' }],
    ['media.one_way_calls != 3', { operator: '!=', wanted: 3 }],
    ['failover.registration_peak <= 600/m', { wanted: 10, unit: '/s' }],
    ['session.ser >= 99% where agent = browser', { where: { agent: 'browser' } }],
    ['session.ser >= 99% where agent = browser and transport=wss', { where: { agent: 'browser', transport: 'wss' } }],
    ['sip.retransmissions < 5 where method = "INVITE"', { where: { method: 'INVITE' } }],
    ['session.ser >= 99% between 60s and 2m', { between: { fromMs: 60_000, toMs: 120_000 } }],
    ['session.ser >= 99% abort after 10s', { abortAfterMs: 10_000 }],
    ['failover.signalling_outage < 5s', { aggregate: 'max', wanted: 5000 }],
    ['failover.media_gap p95 < 2s during "kill a"', { aggregate: 'p95', during: 'kill a' }],
    ['session.ser > 50% during outage where agent = a', { during: 'outage', where: { agent: 'a' } }],
    [
      'session.ser >= 99% where agent = a between 1s and 2s abort after 500ms',
      { where: { agent: 'a' }, between: { fromMs: 1000, toMs: 2000 }, abortAfterMs: 500 },
    ],
  ])('%s', (source, parts) => {
    expect(parseThreshold(source)).toMatchObject({ text: source, ...parts })
  })
})

describe('a threshold that cannot be meant is told with its place', () => {
  test.each([
    ['', 0, 'a threshold begins with the name of a metric'],
    ['session.stup p95 < 1s', 0, 'unknown metric "session.stup"'],
    ['session.setup < 1s', 14, 'session.setup is a histogram; say which value of it: p95, mean, min, max or count'],
    ['session.setup p101 < 1s', 14, '"p101" is not a percentile; write p0 to p100, such as p99.9'],
    ['session.setup avg < 1s', 14, 'unknown aggregate "avg"'],
    ['media.one_way_calls max == 0', 20, 'media.one_way_calls is a counter and has one value; leave out "max"'],
    ['session.ser = 1%', 12, 'one of < <= > >= == != is expected instead of "="; equality is written =='],
    ['session.ser', 11, 'one of < <= > >= == != is expected at the end'],
    ['session.ser >', 13, 'a value such as 99.9% is expected at the end'],
    ['session.ser > all', 14, 'a value such as 99.9% is expected instead of "all"'],
    ['session.ser > 99', 14, '99 has no unit; write it such as 99.9%'],
    ['session.ser > 101%', 14, '101% is not between 0% and 100%'],
    ['session.ser > -1%', 14, '-1% is below 0, where this metric never is'],
    ['session.setup p95 < 250', 20, '250 has no unit; write it such as 250ms or 2s'],
    ['session.setup p95 < 3%', 20, '"%" is not a unit of this metric; write it such as 250ms or 2s'],
    ['session.setup count < 3ms', 22, '"ms" is not a unit of this metric; write it such as 0'],
    ['media.mos_cqe_nb p5 > 4ms', 22, '"ms" is not a unit of this metric; write it such as 4.0'],
    [
      'session.ser > 1% whre agent = a',
      17,
      '"whre" is not expected here; where, between, during or abort after may follow',
    ],
    ['session.ser > 1% during', 23, 'the name of a fault is expected at the end'],
    ['session.ser > 1% where agnt = a', 23, 'unknown tag "agnt"'],
    ['session.ser > 1% where agent a', 29, '"=" is expected instead of "a"'],
    ['session.ser > 1% where agent =', 30, 'a value for "agent" is expected at the end'],
    ['session.ser > 1% where agent = a and agent = b', 37, '"agent" is said twice'],
    ['session.ser > 1% between 3s', 27, '"and" is expected at the end'],
    ['session.ser > 1% between 3s and 2s', 32, 'the window ends before it begins'],
    ['session.ser > 1% between 3 and 4s', 25, 'a time such as 60s is expected instead of "3"'],
    ['session.ser > 1% abort 3s', 23, '"after" is expected instead of "3s"'],
    ['session.ser > 1% abort after', 28, 'a time such as 60s is expected at the end'],
  ])('%s', (source, offset, text) => {
    expect(parseThreshold(source)).toMatchObject({ fault: { text, offset } })
  })
})

test.each(Object.entries(metricTable))('%s can be judged', (name, row) => {
  const aggregate = row.kind === 'histogram' ? ' p95' : ''
  expect(parseThreshold(`${name}${aggregate} >= 0`)).toMatchObject({ metric: name, unit: row.unit, wanted: 0 })
})

test('no text makes the grammar throw', () => {
  const words = [
    'session.ser',
    'session.setup',
    'p95',
    '<',
    '>=',
    '==',
    '1%',
    '250ms',
    'where',
    'agent',
    '=',
    'and',
    'between',
    '3s',
    'abort',
    'after',
    '"',
    'x',
  ]
  const sources = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(sources, (source) => {
      const parsed = parseThreshold(source)
      if ('fault' in parsed) expect(parsed.fault.offset).toBeLessThanOrEqual(source.length)
      else expect(Number.isFinite(parsed.wanted)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
