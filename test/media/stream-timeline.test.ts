import { describe, expect, it } from 'vitest'
import { TimelineRecorder } from '../../src/media/stream-timeline.js'

const totals = (expected: number, lost = 0, discarded = 0, jitterMs = 1) => ({ expected, lost, discarded, jitterMs })

describe('the timeline of a stream', () => {
  it('has what each second has added', () => {
    const recorder = new TimelineRecorder()
    recorder.begin(500)
    recorder.gap(3)
    recorder.close(1500, totals(50, 1))
    recorder.gap(12)
    recorder.gap(4)
    recorder.close(2510, totals(100, 4, 2, 2.345))
    expect(recorder.report(totals(110, 4, 2, 0.5))).toEqual({
      startMs: 500,
      stepMs: 1000,
      expected: [50, 50, 10],
      lost: [1, 3, 0],
      discarded: [0, 2, 0],
      jitterMs: [1, 2.35, 0.5],
      longestGapMs: [3, 12, 0],
    })
  })

  it('has empty seconds where nothing came', () => {
    const recorder = new TimelineRecorder()
    recorder.begin(0)
    recorder.close(3200, totals(50))
    expect(recorder.report(totals(55))?.expected).toEqual([50, 0, 0, 5])
  })

  it('does not exist before the first packet', () => {
    expect(new TimelineRecorder().report(totals(0))).toBeUndefined()
  })

  it('doubles its steps instead of growing without end', () => {
    const recorder = new TimelineRecorder()
    recorder.begin(0)
    for (let second = 1; second <= 1000; second++) {
      if (second * 1000 >= recorder.endMs) recorder.close(second * 1000, totals(second * 50, second))
      recorder.gap(second === 100 ? 77 : 5)
    }
    const report = recorder.report(totals(50_000, 1000))
    expect(report?.stepMs).toBe(16_000)
    expect(report?.expected.length).toBeLessThanOrEqual(121)
    expect(report?.expected.reduce((sum, each) => sum + each, 0)).toBe(50_000)
    expect(report?.lost.reduce((sum, each) => sum + each, 0)).toBe(1000)
    expect(Math.max(...(report?.longestGapMs ?? []))).toBe(77)
  })
})
