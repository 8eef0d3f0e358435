import type { Fate } from '../fate.js'
import { type Measure, ratioOf } from '../measure.js'

const share = (name: Measure['name'], fate: Fate): Measure => ({
  name,
  kind: 'ratio',
  per: 'group',
  ratio: ({ inProgress }) => ratioOf(inProgress, (judged) => judged.fate === fate),
})

/** What became of the calls in progress; those in no row lost their audio and ended soon after. */
export const callFates: readonly Measure[] = [
  share('failover.kept_calls', 'kept'),
  share('failover.recovered_calls', 'recovered'),
  share('failover.zombie_calls', 'zombie'),
  share('failover.dropped_calls', 'dropped'),
]
