import type { Flow } from './flow.js'
import type { Identity, PhoneProfile } from './profile.js'

const transportParameter = {
  udp: '',
  tcp: ';transport=tcp',
  tls: ';transport=tls',
  ws: ';transport=ws',
  wss: ';transport=ws',
} as const

/** Whom a Contact is for: a registrar, or the far side of a dialog by its URI. */
export type ContactReader =
  | { readonly kind: 'registrar'; readonly instance: string }
  | { readonly kind: 'peer'; readonly uri: string }

const isSips = (uri: string): boolean => /^sips:/i.test(uri)

/**
 * Contact of a phone over a flow, as a name-addr. Where outbound flows are used, that of a registration has `reg-id`
 * (RFC 5626 4.2), and that of a dialog `ob` (4.3). A SIPS Contact is for dialogs and identities of
 * SIPS alone (RFC 3261 8.1.1.8 and 12.1.1): the far side of a SIP call need not be able to send to one (RFC 5630
 * 5.1.1.2). TLS is told by the parameter that RFC 3261 26.2.2 deprecates, because gateways have no other way to know.
 */
export function writeContact(
  profile: Pick<PhoneProfile, 'transport' | 'outboundFlows' | 'media'>,
  identity: Pick<Identity, 'aor' | 'user'>,
  flow: Pick<Flow, 'sentBy' | 'number'>,
  reader: ContactReader,
): string {
  const { transport, outboundFlows, media } = profile
  const secure = isSips(identity.aor) || (reader.kind === 'peer' && isSips(reader.uri))
  const parameter = secure && transport === 'tls' ? '' : transportParameter[transport]
  const uri = `${secure ? 'sips' : 'sip'}:${identity.user}@${flow.sentBy}${parameter}`
  if (reader.kind === 'peer') return `<${uri}${outboundFlows > 0 ? ';ob' : ''}>`
  // What a gateway between kinds of media is to offer this phone.
  const kind = media === 'sdes' || media === 'webrtc' ? `;+sip.media="${media}"` : ''
  if (outboundFlows === 0) return `<${uri}>${kind}`
  return `<${uri}>${kind};+sip.instance="<urn:uuid:${reader.instance}>";reg-id=${flow.number}`
}
