import type { Measure } from '../measure.js'

/** Between the answer of the last good call that was begun before the fault and that of the first begun after it. */
export const signallingOutage: Measure = {
  name: 'failover.signalling_outage',
  kind: 'histogram',
  per: 'fault',
  values({ before, attempts, atMs, untilMs }) {
    if (attempts.length === 0) return []
    const good = before.flatMap(({ answeredMs }) => (answeredMs !== undefined && answeredMs <= atMs ? answeredMs : []))
    const answers = attempts.flatMap(({ answeredMs }) => answeredMs ?? [])
    // A run that ends before the first good call has seen the least of it.
    const firstMs = answers.length === 0 ? untilMs : Math.min(...answers)
    return [firstMs - (good.length === 0 ? atMs : Math.max(...good))]
  },
}
