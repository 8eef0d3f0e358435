import type { Address } from '../model/address.js'
import type { StreamSettings } from './stream-host.js'
import type { StreamPlace } from './stream-place.js'
import type { StreamAddresses } from './stream-port.js'

/** Where reports go: the port above that of RTP unless signalling says otherwise (RFC 3550 11). */
export const rtcpRemoteOf = ({ rtcpRemote, remote }: StreamSettings): Address | undefined =>
  rtcpRemote ?? (remote && remote.port < 65_535 ? { host: remote.host, port: remote.port + 1 } : undefined)

export const addressesOf = ({ host, port, use }: StreamPlace, settings: StreamSettings): StreamAddresses => ({
  rtp: { local: { host, port }, remote: settings.remote },
  rtcp: { local: { host, port: use === 'muxed' ? port : port + 1 }, remote: rtcpRemoteOf(settings) },
})
