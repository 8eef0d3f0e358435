import { timerValues } from '../sip/transaction/timers.js'
import type { HopTransaction } from './model/hop-transaction.js'
import type { ObservedMessage } from './model/observed-message.js'
import { type Point, startLine } from './point.js'

/** Words about transactions and their timers that the rules are written in. */

const { t1Ms, t2Ms } = timerValues()
export const T1_MS = t1Ms
export const T2_MS = t2Ms

/** Times between the sendings of a request, up to its first response. */
export function intervals({ requests, responses }: HopTransaction): readonly number[] {
  const until = responses[0]?.atMs ?? Number.POSITIVE_INFINITY
  const sent = requests.filter(({ atMs }) => atMs < until)
  return sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0))
}

/** The two sendings between which the interval lies. */
export const copyPoints = ({ requests }: HopTransaction, index: number): readonly Point[] =>
  requests.slice(index, index + 2).map((request) => startLine(request))

/** The INVITE that was refused and that this ACK is for on its hop. */
export function refusedInvite({ transaction }: ObservedMessage): ObservedMessage | undefined {
  if (transaction?.method !== 'INVITE') return undefined
  return transaction.responses.some(({ status }) => status >= 200 && status < 300) ? undefined : transaction.request
}
