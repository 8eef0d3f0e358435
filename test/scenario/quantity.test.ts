import { describe, expect, test } from 'vitest'
import { parseDuration, parseMilliseconds, parsePercent, parseRate } from '../../src/scenario/quantity.js'

test.each([
  ['30s', 30_000],
  ['500ms', 500],
  ['0s', 0],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1m 30s', 90_000],
  ['1m30s', 90_000],
  [' 3 s ', 3000],
])('%s is %d ms', (text, value) => {
  expect(parseMilliseconds(text)).toEqual({ value })
})

test.each(['', '30', '30x', 's', '-3s', '1s 2', '3 sec', 'soon'])('%o is not a time', (text) => {
  expect(parseMilliseconds(text)).toHaveProperty('wrong')
})

test.each([
  ['5s', { kind: 'fixed', ms: 5000 }],
  ['10s to 60s', { kind: 'uniform', lowMs: 10_000, highMs: 60_000 }],
  ['exponential 30s', { kind: 'exponential', meanMs: 30_000 }],
  ['normal 30s +- 5s', { kind: 'normal', meanMs: 30_000, deviationMs: 5000 }],
  ['normal 1m ± 5s', { kind: 'normal', meanMs: 60_000, deviationMs: 5000 }],
])('%s is a duration', (text, value) => {
  expect(parseDuration(text)).toEqual({ value })
})

test.each([
  ['60s to 10s', '"60s to 10s" runs backwards; write the shorter time first'],
  ['10s to', '"10s to" is not a time; write a time such as 500ms, 30s, 2m or 1h'],
  ['10 to 20s', '"10" has no unit; write 10s or 10ms'],
  ['exponential', '"exponential" is not a time; write a time such as 500ms, 30s, 2m or 1h'],
  ['normal 3s', '"normal 3s" is not a time; write a time such as 500ms, 30s, 2m or 1h'],
])('%s is told to be wrong', (text, wrong) => {
  expect(parseDuration(text)).toEqual({ wrong })
})

describe('rates and percentages', () => {
  test.each([
    ['10/s', 10],
    ['600/m', 10],
    ['7200/h', 2],
    ['0.5 / s', 0.5],
  ])('%s is %d per second', (text, value) => {
    expect(parseRate(text)).toEqual({ value })
  })

  test.each(['10', '10/x', '/s', '-1/s', '10 per s'])('%o is not a rate', (text) => {
    expect(parseRate(text)).toHaveProperty('wrong')
  })

  test.each([
    ['0%', 0],
    ['5%', 5],
    ['99.9 %', 99.9],
    ['100%', 100],
  ])('%s is %d', (text, value) => {
    expect(parsePercent(text)).toEqual({ value })
  })

  test.each(['5', '101%', '-1%', '%', 'half'])('%o is not a percentage', (text) => {
    expect(parsePercent(text)).toHaveProperty('wrong')
  })
})
