import type { Measure } from '../measure.js'

/** One value for each direction that had audio; of calls that were dropped, only gaps that ended. */
export const mediaGap: Measure = {
  name: 'failover.media_gap',
  kind: 'histogram',
  per: 'group',
  values: ({ inProgress }) => inProgress.flatMap(({ gapsMs }) => gapsMs),
}
