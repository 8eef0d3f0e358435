import { type NameAddr, parseNameAddr } from '../sip/message/name-addr.js'
import type { KeepAlive } from './model/flow.js'
import type { ObservedMessage } from './model/observed-message.js'
import { inBytes } from './point.js'
import { inapplicable, type Judgement, pass, violation } from './rule.js'

/** Words about RFC 5626 that the rules are written in. */

/** Contacts with reg-id. */
export const outboundContacts = ({ sip }: ObservedMessage): readonly NameAddr[] =>
  sip
    .list('Contact')
    .map(parseNameAddr)
    .filter(({ params }) => params.has('reg-id'))

export const keepAliveBytes = (ping: KeepAlive['ping']): Buffer =>
  ping.kind === 'message' ? ping.bytes : ping.controlPayload

/** What the clocks of both ends and the network may differ by. */
const toleranceFactor = 1.1

/** The keep-alive came within Flow-Timer after what was sent before. */
export function inTime({ ping, sinceMs, flowTimerSeconds }: KeepAlive): Judgement {
  if (sinceMs === undefined || flowTimerSeconds === undefined) return inapplicable
  if (sinceMs <= flowTimerSeconds * 1000 * toleranceFactor) return pass
  return violation(
    `nothing was sent for ${(sinceMs / 1000).toFixed(1)} s, Flow-Timer is ${flowTimerSeconds} s`,
    inBytes(ping, keepAliveBytes(ping)),
  )
}
