import type { MetricName } from '../../model/metric-table.js'

/** Fed one figure at a time, not read from a record. */
export const transportMetrics = ['transport.connect'] as const satisfies readonly MetricName[]
