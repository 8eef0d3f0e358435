import type { Measure } from '../measure.js'

/** A run that never recovers has no end of it: what it has seen is the least. */
export const recovery: Measure = {
  name: 'failover.recovery',
  kind: 'histogram',
  per: 'fault',
  values({ attempts, recoveredMs, atMs, untilMs }) {
    return attempts.length === 0 ? [] : [(recoveredMs ?? untilMs) - atMs]
  },
}
