import type { MetricName } from '../../model/metric-table.js'
import type { CallRecord } from '../../model/record.js'
import type { MetricTags } from '../../model/result.js'

/**
 * Under which tags a call counts for its target. Calls that others placed count for the address at which they came in,
 * and have shares of their own: those of the gateway's routing.
 */
export function shareOf({ target, incoming, caller, transport }: CallRecord): MetricTags | undefined {
  if (target === undefined || target === '') return undefined
  return { target, agent: caller, transport, ...(incoming ? { direction: 'incoming' } : {}) }
}

/** Shares: their denominator is what all values of the tag had together, in the same direction. */
export const shareTags: Partial<Record<MetricName, keyof MetricTags>> = { 'target.share': 'target' }
