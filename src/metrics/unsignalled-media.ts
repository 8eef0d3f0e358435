import type { CallRecord } from '../model/record.js'
import type { Finding } from '../model/result.js'

const facts = { severity: 'error', verdict: 'violation' } as const

/** Media that a browser would not have played: it contradicts the session description that goes with it. */
export function unsignalledMedia(call: CallRecord): Finding[] {
  return call.legs.flatMap((leg) =>
    leg.streams.flatMap(({ path, remote }) => {
      const element = `media from ${remote.replace(/:\d+$/, '')}`
      const found = (rule: string, packets: number | undefined, what: string): Finding[] =>
        packets
          ? [
              {
                ...facts,
                rule,
                element,
                count: 1,
                examples: [`call ${call.number}: ${leg.agent} got ${packets} packets ${what}`],
              },
            ]
          : []
      return [
        ...found('media/unsignalled-source', path?.packetsOfOtherSources, 'of sources that a=ssrc does not name'),
        ...found('media/unaccepted-format', path?.packetsOfOtherFormats, 'of payload types that it did not offer'),
      ]
    }),
  )
}
