import { isIPv6 } from 'node:net'
import type { Address } from '../model/address.js'
import { nativePart } from '../native/addon.js'
import { refusedConnect, refusedListen } from './address-check.js'
import { failureFromError } from './failure.js'
import { localAddressFor } from './local-address.js'
import type {
  ChannelEvents,
  ConnectOptions,
  Listener,
  ListenOptions,
  Transport,
  TransportFailure,
} from './transport.js'
import { isTransportFailure } from './transport.js'
import { UdpChannel } from './udp-channel.js'
import { openDgramSocket } from './udp-dgram.js'
import { nativeOpener } from './udp-native.js'
import type { OpenUdpSocket, UdpSocket } from './udp-socket.js'

const defaultReceiveBufferBytes = 4 * 1024 * 1024
/** What listens is a gateway's side, or the one socket of a group whose calls all come through it. */
const listeningReceiveBufferBytes = 16 * 1024 * 1024

const anyAddress = (ipv6: boolean): string => (ipv6 ? '::' : '0.0.0.0')

const openSocket: OpenUdpSocket = nativePart.addon ? nativeOpener(nativePart.addon.udp) : openDgramSocket

/** Which implementation of UDP sockets is in use, and why. */
export const udpIo: { readonly kind: 'native' | 'dgram'; readonly reason: string } = {
  kind: nativePart.addon ? 'native' : 'dgram',
  reason: nativePart.reason,
}

/** What Via and Contact of a wildcard socket say. */
const sourceTowards = (remote: Address): Promise<string | TransportFailure> =>
  localAddressFor(remote).catch((error: Error) => failureFromError(error, 'cannot send to', remote))

async function connect(options: ConnectOptions, events: ChannelEvents): Promise<UdpChannel | TransportFailure> {
  const { remote, local, udp, guard, tap } = options
  const refused = refusedConnect(options)
  if (refused !== undefined) return refused
  const ipv6 = isIPv6(remote.host)
  const connected = udp?.connected === true
  // Asked first: a bound socket must have its channel in the same turn, or it would lose what arrives meanwhile.
  const source = local?.host === undefined && !connected ? await sourceTowards(remote) : undefined
  if (typeof source === 'object') return source
  const wanted = { host: local?.host ?? anyAddress(ipv6), port: local?.port ?? 0 }
  const peer = connected ? remote : undefined
  const receiveBufferBytes = udp?.receiveBufferBytes ?? defaultReceiveBufferBytes
  const socket = await openSocket({ local: wanted, ipv6, peer, receiveBufferBytes, batches: udp?.batches ?? false })
  if (isTransportFailure(socket)) return socket
  const own = { host: source ?? socket.local.host, port: socket.local.port }
  return channelOn(socket, own, { target: remote, connected, udp, guard, tap }, events)
}

interface ChannelSettings extends Pick<ListenOptions, 'guard' | 'tap' | 'udp'> {
  readonly target: Address | undefined
  readonly connected: boolean
}

function channelOn(socket: UdpSocket, local: Address, settings: ChannelSettings, events: ChannelEvents): UdpChannel {
  const { target, connected, udp, guard, tap } = settings
  return new UdpChannel({ socket, local, target, connected, keepAlive: udp?.keepAlive ?? 'stun', guard, tap }, events)
}

async function listen(options: ListenOptions, events: ChannelEvents): Promise<Listener | TransportFailure> {
  const { local, udp, guard, tap } = options
  const refused = refusedListen(options)
  if (refused !== undefined) return refused
  const ipv6 = isIPv6(local.host)
  const receiveBufferBytes = udp?.receiveBufferBytes ?? listeningReceiveBufferBytes
  const socket = await openSocket({ local, ipv6, peer: undefined, receiveBufferBytes, batches: udp?.batches ?? false })
  if (isTransportFailure(socket)) return socket
  const bound = socket.local
  const channel = channelOn(socket, bound, { target: undefined, connected: false, udp, guard, tap }, events)
  events.onOpen?.(channel)
  return { local: bound, channel, close: () => channel.close() }
}

export const udp: Transport = {
  name: 'udp',
  reliable: false,
  secure: false,
  defaultPort: 5060,
  viaToken: 'UDP',
  uriParam: 'udp',
  connect,
  listen,
}
