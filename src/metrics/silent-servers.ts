import type { CallRecord } from '../model/record.js'
import type { Finding } from '../model/result.js'

/** STUN and TURN servers that gave a call no candidates, although it may have found another way. */
export const silentServers = (call: CallRecord): Finding[] =>
  call.legs.flatMap((leg) =>
    leg.streams.flatMap(({ path }) =>
      (path?.serverFailures ?? []).map(({ server, name, text }) => ({
        rule: 'media/ice-server',
        severity: 'warning',
        verdict: 'warning',
        element: server,
        count: 1,
        examples: [`call ${call.number}: ${name}: ${leg.agent} asked ${server}, which ${text}`],
      })),
    ),
  )
