import { describe, expect, it } from 'vitest'
import type { MeasureSource } from '../../src/metrics/measure.js'
import { judgedScheduleLagMs, type SelfFigures, saturationReasons } from '../../src/metrics/saturation.js'

const idle: SelfFigures = {
  scheduleLagMs: 1,
  eventLoopDelayP99Ms: 1,
  busiestCpu: 0.3,
  busiestLoop: 0.3,
  socketDrops: 0,
  sendLatenessP99Ms: 1,
  openFiles: 0.1,
  mediaPorts: 0.1,
}

const unknown: SelfFigures = {
  scheduleLagMs: undefined,
  eventLoopDelayP99Ms: undefined,
  busiestCpu: undefined,
  busiestLoop: undefined,
  socketDrops: 0,
  sendLatenessP99Ms: undefined,
  openFiles: undefined,
  mediaPorts: undefined,
}

describe('the generator is the bottleneck', () => {
  it.each<[string, Partial<SelfFigures>, string | undefined]>([
    ['not when idle', {}, undefined],
    [
      'not with every figure at its limit',
      {
        scheduleLagMs: 20,
        eventLoopDelayP99Ms: 20,
        busiestCpu: 0.95,
        busiestLoop: 0.95,
        sendLatenessP99Ms: 20,
        openFiles: 0.95,
        mediaPorts: 0.95,
      },
      undefined,
    ],
    [
      'when calls start late because the loop is late',
      { scheduleLagMs: 21, eventLoopDelayP99Ms: 20.5 },
      'calls started late (schedule lag 21 ms) because the event loop was late (p99 20.5 ms)',
    ],
    ['not when calls start a little late and the loop is well', { scheduleLagMs: 90 }, undefined],
    [
      'when calls start very late, whatever the cause',
      { scheduleLagMs: 101 },
      'calls started late: schedule lag 101 ms',
    ],
    ['not when the loop is late now and then', { eventLoopDelayP99Ms: 45 }, undefined],
    ['when the loop is late', { eventLoopDelayP99Ms: 50.1 }, 'the event loop was late: p99 50.1 ms'],
    ['not when only helper threads use the CPU', { busiestCpu: 1.4, busiestLoop: 0.6 }, undefined],
    ['not when the loop waits for a CPU that others use', { busiestCpu: 0.5, busiestLoop: 1 }, undefined],
    [
      'when no CPU is left',
      { busiestCpu: 1.02, busiestLoop: 0.99 },
      'no CPU was left: the event loop was 99 % busy for 2 s, with 102 % of a core',
    ],
    [
      'when packets were dropped',
      { socketDrops: 1 },
      '1 received packets were dropped because they were not read in time',
    ],
    ['when RTP is late', { sendLatenessP99Ms: 20.1 }, 'RTP was sent late: p99 20.1 ms'],
    ['when files run out', { openFiles: 0.96 }, '96 % of the allowed open files were used'],
    ['when ports run out', { mediaPorts: 1 }, '100 % of the media ports were used'],
  ])('%s', (_, changes, reason) => {
    expect(saturationReasons({ ...idle, ...changes })).toEqual(reason === undefined ? [] : [reason])
  })

  it('not when nothing is known', () => {
    expect(saturationReasons(unknown)).toEqual([])
  })
})

describe('the lag that is judged', () => {
  const source = (samples: number): MeasureSource => ({
    measure: ({ aggregate }) => ({ kind: 'histogram', value: aggregate === 'p99' ? 118 : 3, samples, hits: 0 }),
  })

  it.each([
    [99, 3],
    [100, 118],
  ])('of %d calls is %d ms', (samples, expected) => {
    expect(judgedScheduleLagMs(source(samples))).toBe(expected)
  })
})
