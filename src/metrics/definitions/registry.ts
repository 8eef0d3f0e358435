import type { MetricName } from '../../model/metric-table.js'
import { heardMetrics } from './heard.js'
import { mediaDefinitions } from './media.js'
import { registrationDefinitions } from './registration.js'
import { scheduleDefinitions } from './schedule.js'
import { sessionDefinitions } from './session.js'
import { sipMetrics } from './sip.js'
import { targetDefinitions } from './target.js'
import { transportMetrics } from './transport.js'

/** Read from every call. */
export const callDefinitions = [...sessionDefinitions, ...scheduleDefinitions, ...targetDefinitions]

export { mediaDefinitions, registrationDefinitions }

/**
 * Present in every result, with value null when nothing was recorded: what every run with calls measures. Other names
 * of the metric table appear once something was recorded under them.
 */
export const standingMetrics: readonly MetricName[] = [
  ...registrationDefinitions.map((definition) => definition.name),
  ...sessionDefinitions.map((definition) => definition.name),
  ...scheduleDefinitions.map((definition) => definition.name),
  ...transportMetrics,
  ...sipMetrics,
  ...mediaDefinitions.map((definition) => definition.name),
  ...heardMetrics,
]
