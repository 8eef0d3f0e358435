import type { MetricName } from '../../model/metric-table.js'
import { heardMetrics, hearingDefinitions } from './heard.js'
import { mediaDefinitions as flowDefinitions } from './media.js'
import { pathDefinitions } from './path.js'
import { qualityDefinitions } from './quality.js'
import { registrationDefinitions } from './registration.js'
import { scheduleDefinitions } from './schedule.js'
import { sessionDefinitions } from './session.js'
import { sipMetrics } from './sip.js'
import { transportMetrics } from './transport.js'

/** Read from every call. */
export const callDefinitions = [...sessionDefinitions, ...scheduleDefinitions]

/** Read from every stream that was received. */
export const mediaDefinitions = [...flowDefinitions, ...pathDefinitions, ...hearingDefinitions, ...qualityDefinitions]

export { registrationDefinitions }

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
  ...flowDefinitions.map((definition) => definition.name),
  ...hearingDefinitions.map((definition) => definition.name),
  ...heardMetrics,
]
