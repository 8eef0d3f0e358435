import type { Flow } from './flow.js'
import type { PhoneProfile } from './profile.js'

const transportParameter = {
  udp: '',
  tcp: ';transport=tcp',
  tls: '',
  ws: ';transport=ws',
  wss: ';transport=ws',
} as const

/**
 * Contact of a phone over a flow, as a name-addr. Where outbound flows are used, `instance` makes it that of a
 * registration (RFC 5626 4.2), and without it that of a dialog (4.3).
 */
export function writeContact(profile: PhoneProfile, user: string, flow: Flow, instance: string | undefined): string {
  const { transport, outboundFlows, media } = profile
  const ob = instance === undefined && outboundFlows > 0 ? ';ob' : ''
  const scheme = transport === 'tls' ? 'sips' : 'sip'
  const uri = `<${scheme}:${user}@${flow.sentBy}${transportParameter[transport]}${ob}>`
  if (instance === undefined) return uri
  // What a gateway between kinds of media is to offer this phone.
  const kind = media === 'sdes' || media === 'webrtc' ? `;+sip.media="${media}"` : ''
  if (outboundFlows === 0) return `${uri}${kind}`
  return `${uri}${kind};+sip.instance="<urn:uuid:${instance}>";reg-id=${flow.number}`
}
