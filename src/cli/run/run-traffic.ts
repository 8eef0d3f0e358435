import { join } from 'node:path'
import type { TrafficTaps } from '../../agent/stack.js'
import type { Sender } from '../../capture/write/connection-writer.js'
import { RunCapture } from '../../capture/write/run-capture.js'
import { payloadStart } from '../../media/rtp/rtp-header.js'
import type { PacketTap, StreamPort } from '../../media/stream-port.js'
import { type Address, formatAddress } from '../../model/address.js'
import type { CallRecord } from '../../model/record.js'
import type { CaptureSettings } from '../../model/scenario.js'
import type { ConnectionTap, TappedConnection } from '../../transport/wire-tap.js'

/** Name of the file in the folder of the run. */
export const captureFileName = 'capture.pcapng'

/** Milliseconds since 1970, as exact as the monotonic clock. */
const wallMs = (): number => performance.timeOrigin + performance.now()

/** RTCP's fixed header and SSRC: what `media: headers` keeps of a compound packet. */
const rtcpHeaderBytes = 8

/**
 * Writes the run's own traffic to its capture. What passes between two sockets of this run is seen at both ends and
 * written once.
 */
export class RunTraffic implements TrafficTaps {
  readonly #capture: RunCapture
  readonly #settings: CaptureSettings
  #closing: Promise<string> | undefined
  /** Addresses of our UDP sockets. */
  readonly #sockets = new Set<string>()
  /** Connections by their ends, as the end that was seen first has them. */
  readonly #connections = new Set<string>()

  constructor(settings: CaptureSettings, folder: string, scenario: string, application: string) {
    this.#settings = settings
    const file = join(folder, captureFileName)
    this.#capture = new RunCapture({
      file,
      application,
      scenario,
      keep: settings.keep,
      limitBytes: settings.limitBytes,
    })
  }

  readonly tap: TrafficTaps['tap'] = (channel, direction, remote, bytes) => {
    if (channel.transport !== 'udp') return
    const sent = direction === 'sent'
    this.#sockets.add(formatAddress(channel.local))
    if (!sent && this.#sockets.has(formatAddress(remote))) return
    const [from, to] = sent ? [channel.local, remote] : [remote, channel.local]
    this.#capture.datagram(wallMs(), from, to, bytes)
  }

  readonly wire: TrafficTaps['wire'] = (connection) => {
    const { local, remote, initiator, transport } = connection
    const mirrored = `${formatAddress(remote)} ${formatAddress(local)}`
    if (this.#connections.has(mirrored)) return ignored
    const key = `${formatAddress(local)} ${formatAddress(remote)}`
    this.#connections.add(key)
    const ends = initiator ? { client: local, server: remote } : { client: remote, server: local }
    const kind = {
      secure: transport === 'tls' || transport === 'wss',
      webSocket: transport === 'ws' || transport === 'wss',
    }
    const writer = this.#capture.connection(wallMs(), ends, kind)
    const sender = senderOf(connection)
    return {
      onOctets: (direction, bytes) => writer.octets(wallMs(), sender(direction), bytes),
      onEnd: (direction) => {
        this.#connections.delete(key)
        writer.end(wallMs(), sender(direction))
      },
    }
  }

  /** Observer of a media port; undefined when no media is wanted. */
  mediaTap(port: StreamPort): PacketTap | undefined {
    const { media } = this.#settings
    if (media === 'none') return undefined
    return (handle, direction, protocol, bytes) => {
      const { local, remote } = port.addresses(handle)[protocol]
      if (remote === undefined) return
      const header = protocol === 'rtp' ? payloadStart(bytes) : rtcpHeaderBytes
      const kept = media === 'packets' ? bytes.length : Math.min(header, bytes.length)
      this.#media(direction, local, remote, bytes, kept)
    }
  }

  /** A line of a TLS key log. */
  readonly keyLog = (line: Buffer): void => this.#capture.secret(line.toString('latin1'))

  /** A call is over. */
  ended(record: CallRecord): void {
    this.#capture.settle(record.callId, !record.asMeant)
    for (const { callId } of record.legs) this.#capture.settle(callId, !record.asMeant)
  }

  /** Everything is on disk; a sentence about it. */
  close(): Promise<string> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<string> {
    const { packets, leftOut, failure } = await this.#capture.close()
    const more = leftOut > 0 ? `, ${leftOut} left out (size limit)` : ''
    return failure === undefined ? `${packets} packets${more}` : `incomplete: ${failure}`
  }

  /** A packet between two ports of ours is written where it is sent. */
  #media(direction: 'sent' | 'received', local: Address, remote: Address, bytes: Uint8Array, kept: number): void {
    const sent = direction === 'sent'
    this.#sockets.add(formatAddress(local))
    if (!sent && this.#sockets.has(formatAddress(remote))) return
    const [from, to] = sent ? [local, remote] : [remote, local]
    this.#capture.media(wallMs(), from, to, bytes, kept)
  }
}

const ignored: ConnectionTap = { onOctets: () => {}, onEnd: () => {} }

const senderOf =
  ({ initiator }: TappedConnection) =>
  (direction: 'sent' | 'received'): Sender =>
    (direction === 'sent') === initiator ? 'client' : 'server'
