import type { MetricName } from '../model/metric-table.js'

/**
 * How one metric is read from what happened. `Facts` is the record, `Context` what it belongs to. `undefined` and
 * zero denominators mean that the record says nothing of this metric.
 */
export type Definition<Facts, Context = undefined> =
  | {
      readonly name: MetricName
      readonly kind: 'histogram'
      /** In the metric's unit; an array gives one value each. */
      value(facts: Facts, context: Context): number | readonly number[] | undefined
    }
  | {
      readonly name: MetricName
      readonly kind: 'ratio'
      numerator(facts: Facts, context: Context): number
      denominator(facts: Facts, context: Context): number
    }
