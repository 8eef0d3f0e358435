import { isOrphaned } from '../fate.js'
import { type Measure, ratioOf } from '../measure.js'

/** Of the calls that were in progress at the fault. */
export const orphanedRequests: Measure = {
  name: 'failover.orphaned_requests',
  kind: 'ratio',
  per: 'group',
  ratio: ({ inProgress, atMs }) =>
    ratioOf(
      inProgress.flatMap(({ call }) => call.requests.filter(({ sentMs }) => sentMs > atMs)),
      isOrphaned,
    ),
}
