import type { JudgedCall } from '../fate.js'
import { type Measure, ratioOf } from '../measure.js'

/**
 * Calls that are over for us and of whose end nobody has heard: each side of ours that hung up found silence (no final
 * answer, or a 408 from between). Whoever answers a BYE, with whatever status, has let go of the call.
 */
export const unreleasedCalls: Measure = {
  name: 'failover.unreleased_calls',
  kind: 'ratio',
  per: 'group',
  ratio({ inProgress, atMs }) {
    const byes = inProgress.filter(({ call }) => !call.interrupted).map((judged) => byesOf(judged, atMs))
    return ratioOf(
      byes.filter((each) => each.length > 0),
      (each) => each.every(({ finalStatus }) => finalStatus === 0 || finalStatus === 408),
    )
  },
}

const byesOf = ({ call }: JudgedCall, atMs: number) =>
  call.requests.filter(({ method, sentMs }) => method === 'BYE' && sentMs > atMs)
