import { beforeAll, describe, expect, it } from 'vitest'
import { measureAnswer, mergeAnswers, storeAnswer } from '../../src/metrics/answer.js'
import { HistogramCodec, readyHistograms } from '../../src/metrics/histogram.js'
import type { MeasureQuery } from '../../src/metrics/measure.js'
import { Recorder } from '../../src/metrics/recorder.js'
import type { CallRecord } from '../../src/model/record.js'
import { callRecord, rejectedCall } from './records.js'

beforeAll(readyHistograms)

const query = (
  metric: string,
  aggregate: MeasureQuery['aggregate'],
  more: Partial<MeasureQuery> = {},
): MeasureQuery => ({
  metric,
  aggregate,
  where: {},
  between: undefined,
  ...more,
})

const calls: CallRecord[] = Array.from({ length: 300 }, (_, n) => {
  const intendedMs = n * 20
  const caller = n % 7 === 0 ? 'browser' : 'phone'
  if (n % 9 === 0) return rejectedCall(486, { intendedMs, caller })
  return callRecord({ intendedMs, caller, answeredMs: intendedMs + ((n * 104_729) % 3000) })
})

const between = { fromMs: 1000, toMs: 4000 }
const queries: readonly MeasureQuery[] = [
  query('session.ser', 'value'),
  query('session.setup', 'p95'),
  query('session.setup', 'max'),
  query('session.setup', 'count'),
  query('session.setup', 'p99', { where: { agent: 'browser' } }),
  query('session.ser', 'value', { between }),
  query('session.setup', 'p50', { between, where: { agent: 'phone' } }),
  query('sip.timeouts', 'value'),
  query('media.gap', 'p95'),
  query('registration.rrd', 'count'),
]

function recorderOf(records: readonly CallRecord[]): Recorder {
  const recorder = new Recorder({ warmupMs: 0, questions: queries })
  recorder.startLoad(0)
  for (const each of records) recorder.call(each)
  return recorder
}

describe('what a threshold asks of a run in parts', () => {
  it.each(queries.map((each) => [`${each.metric} ${each.aggregate} ${JSON.stringify(each.where)}`, each] as const))(
    'is answered as by the whole: %s',
    (_, asked) => {
      const codec = new HistogramCodec()
      const whole = recorderOf(calls)
      // The third part has seen nothing.
      const parts = [0, 1, 2].map((part) => recorderOf(calls.filter((_, n) => part < 2 && n % 2 === part)))
      const stored = parts.map((part) => structuredClone(storeAnswer(asked.metric, part.answer(asked), codec)))
      expect(measureAnswer(asked, mergeAnswers(stored, codec))).toEqual(whole.measure(asked))
      for (const each of [whole, ...parts]) each.destroy()
      codec.destroy()
    },
  )
})
