import type { PhoneProfile } from '../../src/agent/profile.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { Station, summaryOf } from './bench.js'

/** Two phones of ours on one wire. */
export function twoStations(
  caller: Partial<PhoneProfile> = {},
  callee: Partial<PhoneProfile> = {},
): { clock: VirtualClock; caller: Station; callee: Station; ladder: string[] } {
  const clock = new VirtualClock(1000)
  const a = new Station(clock, '1001', '127.0.0.1', caller)
  const b = new Station(clock, '2001', '127.0.0.2', callee)
  const ladder: string[] = []
  const join = (from: Station, to: Station, mark: string): void =>
    from.channel.connect((bytes) => {
      ladder.push(`${mark} ${summaryOf(SipMessage.parse(bytes))}`)
      to.hear(from.channel.local, bytes)
    })
  join(a, b, '>')
  join(b, a, '<')
  return { clock, caller: a, callee: b, ladder }
}
