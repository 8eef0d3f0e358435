import type { TransportName } from '../../model/address.js'

/** How DNS names a transport and what its default port is. */
interface Service {
  /** NAPTR service field, RFC 3263 4.1 and RFC 7118 10.2. */
  readonly naptr: string
  /** SRV labels before the domain, RFC 3263 4.1; `_ws` is the token of RFC 7118's transport in their pattern. */
  readonly srv: string
  /** RFC 3261 19.1.2; RFC 7118 5.3 and 5.4 for WebSocket. */
  readonly port: number
  /** May carry a request to a SIPS URI. */
  readonly secure: boolean
}

export const services: Readonly<Record<TransportName, Service>> = {
  udp: { naptr: 'SIP+D2U', srv: '_sip._udp', port: 5060, secure: false },
  tcp: { naptr: 'SIP+D2T', srv: '_sip._tcp', port: 5060, secure: false },
  tls: { naptr: 'SIPS+D2T', srv: '_sips._tcp', port: 5061, secure: true },
  ws: { naptr: 'SIP+D2W', srv: '_sip._ws', port: 80, secure: false },
  wss: { naptr: 'SIPS+D2W', srv: '_sips._ws', port: 443, secure: true },
}

/** The transport a `transport` parameter means: with a SIPS URI, TLS over it (RFC 3261 26.2.2, RFC 7118 5.3). */
export function transportOfParameter(parameter: string, sips: boolean): TransportName | undefined {
  switch (parameter.toLowerCase()) {
    case 'udp':
      // A SIPS resource is reached over TLS only; TLS over UDP is not SIP.
      return sips ? undefined : 'udp'
    case 'tcp':
      return sips ? 'tls' : 'tcp'
    case 'tls':
      return 'tls'
    case 'ws':
      return sips ? 'wss' : 'ws'
    case 'wss':
      return 'wss'
    default:
      return undefined
  }
}
