import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord } from '../../model/record.js'
import type { MetricTags } from '../../model/result.js'
import type { Definition } from '../definition.js'

const named = (call: CallRecord): number => (call.target === undefined ? 0 : 1)

export const targetDefinitions: readonly Definition<CallRecord>[] = [
  { name: 'target.share', kind: 'ratio', numerator: named, denominator: named },
]

/** Shares: their denominator is what all values of the tag had together. */
export const shareTags: Partial<Record<MetricName, keyof MetricTags>> = { 'target.share': 'target' }
