import type { CallRecord } from '../model/record.js'
import type { Finding } from '../model/result.js'
import { type Disagreement, rtcpDisagreements } from './rtcp-agreement.js'
import { silentServers } from './silent-servers.js'
import { unsignalledMedia } from './unsignalled-media.js'

/** What the streams of a call, and the way that they took, have to find fault with. */
export const mediaFindings = (call: CallRecord): Finding[] => [
  ...rtcpDisagreements(call).map((told) => disagreement(call, told)),
  ...unsignalledMedia(call),
  ...silentServers(call),
]

function disagreement(call: CallRecord, { by, text }: Disagreement): Finding {
  const examples = [`call ${call.number}: ${text}`]
  const finding = { rule: 'media/rtcp-disagrees', severity: 'warning', verdict: 'warning', count: 1 } as const
  return { ...finding, element: `RTCP of ${by}`, examples }
}
