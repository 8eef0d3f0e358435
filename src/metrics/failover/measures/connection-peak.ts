import { type Measure, peakPerSecond } from '../measure.js'

export const connectionPeak: Measure = {
  name: 'failover.connection_peak',
  kind: 'gauge',
  per: 'fault',
  value: ({ connectionsMs }) => peakPerSecond(connectionsMs),
}
