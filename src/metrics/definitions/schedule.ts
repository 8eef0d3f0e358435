import type { CallRecord } from '../../model/record.js'
import type { Definition } from '../definition.js'

/** The generator's own lateness: what it adds to every figure that starts at the intended time. */
export const scheduleDefinitions: readonly Definition<CallRecord>[] = [
  {
    name: 'schedule.lag',
    kind: 'histogram',
    value: (call) => (call.inviteMs === undefined ? undefined : call.inviteMs - call.intendedMs),
  },
]
