import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord } from '../../model/record.js'
import type { MetricTags } from '../../model/result.js'

/** Whether a call counts for its target. */
export const hasShare = ({ target }: CallRecord): boolean => target !== undefined && target !== ''

/** Shares: their denominator is what all values of the tag had together, in the same direction. */
export const shareTags: Partial<Record<MetricName, keyof MetricTags>> = { 'target.share': 'target' }
