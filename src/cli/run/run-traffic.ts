import { join } from 'node:path'
import type { TrafficTaps } from '../../agent/stack.js'
import type { Sender } from '../../capture/write/connection-writer.js'
import { RunCapture } from '../../capture/write/run-capture.js'
import type { TrafficUser } from '../../capture/write/traffic-user.js'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import { payloadStart } from '../../media/rtp/rtp-header.js'
import type { PacketTap, StreamPort } from '../../media/stream-port.js'
import type { Recorder } from '../../metrics/recorder.js'
import { type Address, formatAddress } from '../../model/address.js'
import type { CallRecord } from '../../model/record.js'
import type { CaptureSettings, Scenario } from '../../model/scenario.js'
import type { ConnectionTap, TappedConnection } from '../../transport/wire-tap.js'
import { LiveJudge, violationsOf } from './live-judge.js'

/** Name of the file in the folder of the run. */
export const captureFileName = 'capture.pcapng'

/** Milliseconds since 1970 of a time of the run's clock, which is monotonic and as exact. */
const wallMs = (atMs = performance.now()): number => performance.timeOrigin + atMs

/** RTCP's fixed header and SSRC: what `media: headers` keeps of a compound packet. */
const rtcpHeaderBytes = 8

/** A capture that is being written. */
interface OpenCapture {
  readonly file: RunCapture
  readonly media: CaptureSettings['media']
}

/** Begins the capture of a run in its folder. */
const openCapture = (
  { keep, limitBytes, media }: CaptureSettings,
  folder: string,
  scenario: string,
  application: string,
): OpenCapture => ({
  file: new RunCapture({ file: join(folder, captureFileName), application, scenario, keep, limitBytes }),
  media,
})

/**
 * Shows the run's own traffic to its capture and to its judge. What passes between two sockets of this run is seen at both ends and
 * told once.
 */
export class RunTraffic implements TrafficTaps {
  readonly #capture: OpenCapture | undefined
  readonly #judge: LiveJudge | undefined
  readonly #users: readonly TrafficUser[]
  #closing: Promise<string> | undefined
  /** Whose packets go into the capture. */
  #port: StreamPort | undefined
  /** Addresses of our UDP sockets. */
  readonly #sockets = new Set<string>()
  /** Connections by their ends, as the end that was seen first has them. */
  readonly #connections = new Set<string>()

  private constructor(capture: OpenCapture | undefined, judge: LiveJudge | undefined) {
    this.#capture = capture
    this.#judge = judge
    this.#users = [capture?.file, judge?.traffic].filter((user) => user !== undefined)
  }

  /** As the scenario wants it; undefined when it wants neither a capture nor a judge. A capture goes into `folder`. */
  static open(scenario: Scenario, folder: string | undefined, application: string): RunTraffic | undefined {
    const { capture, conformance, name } = scenario
    const open = capture && folder !== undefined ? openCapture(capture, folder, name, application) : undefined
    const judge = conformance && LiveJudge.start(conformance)
    return open || judge ? new RunTraffic(open, judge) : undefined
  }

  /** What the judge has found, its violations counted; undefined without one. Nothing is judged afterwards. */
  async judged(recorder: Recorder): Promise<JudgedTraffic | undefined> {
    const judged = await this.#judge?.finish()
    if (judged) recorder.count('conformance.violations', {}, violationsOf(judged))
    return judged
  }

  readonly tap: TrafficTaps['tap'] = (channel, direction, remote, bytes) => {
    if (channel.transport !== 'udp') return
    const sent = direction === 'sent'
    this.#sockets.add(formatAddress(channel.local))
    if (!sent && this.#sockets.has(formatAddress(remote))) return
    const [from, to] = sent ? [channel.local, remote] : [remote, channel.local]
    const atMs = wallMs()
    for (const user of this.#users) user.datagram(atMs, from, to, bytes, sent)
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
      ours: initiator ? ('client' as const) : ('server' as const),
    }
    const atMs = wallMs()
    const users = this.#users.map((user) => user.connection(atMs, ends, kind))
    const sender = senderOf(connection)
    return {
      onOctets: (direction, bytes) => {
        const octetsMs = wallMs()
        for (const user of users) user.octets(octetsMs, sender(direction), bytes)
      },
      onEnd: (direction) => {
        this.#connections.delete(key)
        const endMs = wallMs()
        for (const user of users) user.end(endMs, sender(direction))
      },
    }
  }

  /** Observer of a media port; undefined when no media is wanted. */
  mediaTap(port: StreamPort): PacketTap | undefined {
    const { file, media } = this.#capture ?? {}
    if (file === undefined || media === 'none') return undefined
    this.#port = port
    return (handle, direction, protocol, bytes, atMs) => {
      const { local, remote } = port.addresses(handle)[protocol]
      if (remote === undefined) return
      const header = protocol === 'rtp' ? payloadStart(bytes) : rtcpHeaderBytes
      const kept = media === 'packets' ? bytes.length : Math.min(header, bytes.length)
      const write = port.isProtected(handle) ? file.clearMedia : file.media
      this.#media(write, direction, local, remote, bytes, kept, wallMs(atMs))
    }
  }

  /** Takes lines of a TLS key log; undefined when there is no capture to keep them. */
  get keyLog(): ((line: Buffer) => void) | undefined {
    const file = this.#capture?.file
    return file && ((line) => file.secret(line.toString('latin1')))
  }

  /** A call is over. */
  ended(record: CallRecord): void {
    const file = this.#capture?.file
    file?.settle(record.callId, !record.asMeant)
    for (const { callId } of record.legs) file?.settle(callId, !record.asMeant)
  }

  /** Nobody judges any more, and everything is on disk; a sentence about that, undefined without a capture. */
  async close(): Promise<string | undefined> {
    await this.#judge?.stop()
    if (this.#capture === undefined) return undefined
    this.#closing ??= this.#close(this.#capture.file)
    return this.#closing
  }

  async #close(file: RunCapture): Promise<string> {
    const { packets, leftOut, failure } = await file.close()
    if (failure !== undefined) return `incomplete: ${failure}`
    const unseen = this.#port?.counters.sentUnseen ?? 0
    const more = leftOut > 0 ? `, ${leftOut} left out (size limit)` : ''
    const less = unseen > 0 ? `, ${unseen} RTP packets missing (sent faster than they can be written)` : ''
    return `${packets} packets${more}${less}`
  }

  /** A packet between two ports of ours is written where it is sent. */
  #media(
    write: RunCapture['media'],
    direction: 'sent' | 'received',
    local: Address,
    remote: Address,
    bytes: Uint8Array,
    kept: number,
    atMs: number,
  ): void {
    const sent = direction === 'sent'
    this.#sockets.add(formatAddress(local))
    if (!sent && this.#sockets.has(formatAddress(remote))) return
    const [from, to] = sent ? [local, remote] : [remote, local]
    write(atMs, from, to, bytes, kept)
  }
}

const ignored: ConnectionTap = { onOctets: () => {}, onEnd: () => {} }

const senderOf =
  ({ initiator }: TappedConnection) =>
  (direction: 'sent' | 'received'): Sender =>
    (direction === 'sent') === initiator ? 'client' : 'server'
