import type { ExtendedReports } from '../model/extended-reports.js'

const prefix = 'rtcp-xr:'

/**
 * What `a=rtcp-xr` among the attributes of a section asks for, or else that of the session; undefined: there is none.
 * Report blocks that are not spoken here are passed over.
 */
export function readRtcpXr(section: readonly string[], session: readonly string[]): ExtendedReports | undefined {
  const own = [...section, ...session].find((attribute) => attribute === 'rtcp-xr' || attribute.startsWith(prefix))
  if (own === undefined) return undefined
  const formats = own.slice(prefix.length).trim().split(/ +/)
  return {
    voipMetrics: formats.includes('voip-metrics'),
    receiverRoundTrip: formats.some((format) => /^rcvr-rtt=(all|sender)(:\d+)?$/.test(format)),
  }
}

/** The attribute line; an empty list says that the attribute is understood and nothing of it wanted. */
export function writeRtcpXr(wanted: ExtendedReports | undefined): string {
  if (wanted === undefined) return ''
  const formats = [
    ...(wanted.voipMetrics ? ['voip-metrics'] : []),
    ...(wanted.receiverRoundTrip ? ['rcvr-rtt=all'] : []),
  ]
  return `a=${prefix}${formats.join(' ')}\r\n`
}
