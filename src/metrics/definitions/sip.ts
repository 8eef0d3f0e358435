import type { MetricName } from '../../model/metric-table.js'

/** Counters of the transaction layer, by `method`. */
export const sipMetrics = ['sip.retransmissions', 'sip.timeouts'] as const satisfies readonly MetricName[]
