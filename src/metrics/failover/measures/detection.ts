import type { Measure } from '../measure.js'

export const detection: Measure = {
  name: 'failover.detection',
  kind: 'histogram',
  per: 'fault',
  values({ switches, atMs }) {
    return switches.length === 0 ? [] : [Math.min(...switches.map((notice) => notice.atMs)) - atMs]
  },
}
