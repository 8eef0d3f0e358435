import type { Measurement, MeasureSource } from '../../src/metrics/measure.js'
import type { Threshold } from '../../src/model/scenario.js'

export const threshold = (changes: Partial<Threshold> = {}): Threshold => ({
  text: 'session.setup p95 < 250ms',
  source: { file: 'a.yaml', line: 31, column: 5 },
  metric: 'session.setup',
  aggregate: 'p95',
  operator: '<',
  wanted: 250,
  unit: 'ms',
  where: {},
  between: undefined,
  abortAfterMs: undefined,
  ...changes,
})

export const measured = (value: number | null, changes: Partial<Measurement> = {}): Measurement => ({
  kind: 'histogram',
  value,
  samples: 1000,
  hits: 0,
  ...changes,
})

export const sourceOf = (measurement: () => Measurement): MeasureSource => ({ measure: () => measurement() })
