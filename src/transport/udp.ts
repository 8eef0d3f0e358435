import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Address } from '../model/address.js'
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
  UdpOptions,
} from './transport.js'
import { UdpChannel } from './udp-channel.js'

const defaultReceiveBufferBytes = 4 * 1024 * 1024

/**
 * Addresses are resolved before they come here. Answering at once lets dgram hand the datagram to the kernel within
 * the call; its default goes through further turns of the event loop, even for an address.
 */
const lookup = (name: string, options: unknown, done: (error: null, address: string, family: number) => void): void =>
  // dgram asks with the family of the socket itself, whatever its types say.
  done(null, name, typeof options === 'number' ? options : isIPv6(name) ? 6 : 4)

const open = (ipv6: boolean): Socket => createSocket({ type: ipv6 ? 'udp6' : 'udp4', ipv6Only: ipv6, lookup })

const anyAddress = (ipv6: boolean): string => (ipv6 ? '::' : '0.0.0.0')

/** Binds, and connects to `peer` when there is one. */
function bind(socket: Socket, local: Address, peer: Address | undefined): Promise<TransportFailure | undefined> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      socket.close()
      const binding = (error as NodeJS.ErrnoException).syscall === 'bind'
      resolve(failureFromError(error, binding ? 'cannot bind' : 'cannot connect to', binding ? local : peer))
    }
    socket.once('error', fail)
    socket.bind({ port: local.port, address: local.host, exclusive: true }, () => {
      const done = (error?: Error): void => {
        socket.off('error', fail)
        if (error === undefined) resolve(undefined)
        else fail(error)
      }
      if (peer === undefined) done()
      else socket.connect(peer.port, peer.host, done)
    })
  })
}

/** SO_RCVBUF is a wish: what the kernel cuts or refuses shows in readSocketDrops, and is no reason not to start. */
function widenReceiveBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_BUFFER_SIZE') throw error
  }
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
  const socket = open(ipv6)
  const wanted = { host: local?.host ?? anyAddress(ipv6), port: local?.port ?? 0 }
  const failed = await bind(socket, wanted, connected ? remote : undefined)
  if (failed !== undefined) return failed
  const { address, port } = socket.address()
  const own = { host: source ?? address, port }
  return channelOn(socket, own, { target: remote, connected, udp, guard, tap }, events)
}

interface ChannelSettings extends Pick<ListenOptions, 'guard' | 'tap' | 'udp'> {
  readonly target: Address | undefined
  readonly connected: boolean
}

function channelOn(socket: Socket, local: Address, settings: ChannelSettings, events: ChannelEvents): UdpChannel {
  const { target, connected, udp, guard, tap } = settings
  widenReceiveBuffer(socket, receiveBufferBytes(udp))
  return new UdpChannel({ socket, local, target, connected, keepAlive: udp?.keepAlive ?? 'stun', guard, tap }, events)
}

const receiveBufferBytes = (udp: UdpOptions | undefined): number => udp?.receiveBufferBytes ?? defaultReceiveBufferBytes

async function listen(options: ListenOptions, events: ChannelEvents): Promise<Listener | TransportFailure> {
  const { local, udp, guard, tap } = options
  const refused = refusedListen(options)
  if (refused !== undefined) return refused
  const socket = open(isIPv6(local.host))
  const failed = await bind(socket, local, undefined)
  if (failed !== undefined) return failed
  const { address, port } = socket.address()
  const bound = { host: address, port }
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
