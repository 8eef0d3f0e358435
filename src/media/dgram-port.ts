import type { Clock } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import { noExtendedReports } from '../model/extended-reports.js'
import type { StreamReport } from '../model/record.js'
import type { StreamKeys } from '../model/srtp.js'
import { usualTerminal } from '../model/terminal.js'
import { canonicalAddress } from './canonical-address.js'
import { DgramStream } from './dgram-stream.js'
import { Speaker } from './mark/speaker.js'
import { openSpokenTrack } from './mark/spoken-track.js'
import { PacingWheel } from './pacing-wheel.js'
import { PacketPool } from './packet-pool.js'
import { PortPairs, type PortRange } from './port-pairs.js'
import { payloadTypesOf } from './received-formats.js'
import { RecordingBudget, type RecordingLimits } from './recording/packet-keeper.js'
import { SendLag } from './send-lag.js'
import { StatisticsTable, type StatisticsView } from './statistics-view.js'
import type { StreamHost, StreamSettings } from './stream-host.js'
import type {
  OpenedStream,
  OpenFailure,
  PacketTap,
  PortCounters,
  StreamAddresses,
  StreamChange,
  StreamHandle,
  StreamPort,
  StreamSpec,
  UpdateFailure,
} from './stream-port.js'
import { type DtlsIdentity, dtlsIdentity } from './webrtc/dtls/dtls-identity.js'
import { StreamPath, type StreamPathHost } from './webrtc/stream-path.js'
import type { LocalWebRtc, PathEvent, WebRtcSpec } from './webrtc/webrtc-spec.js'

/** Every stream is looked at for a due RTCP report within so many runs of the wheel. */
const reportSweepRuns = 64

const closedFailure: OpenFailure = { kind: 'open-failure', text: 'the port of streams is closed' }

export interface DgramPortOptions {
  readonly clock: Clock
  /** Local ports, the first for RTP being even; 16384 to 32766 when left out. */
  readonly ports?: PortRange
  /** Receive buffer of each socket in bytes. */
  readonly recvBufferBytes?: number
  /** Mean time between RTCP reports; 5000 by RFC 3550 6.2; 0 sends none. */
  readonly rtcpIntervalMs?: number
  /** What is received is kept within these limits, and is part of the reports. */
  readonly recording?: RecordingLimits
  /** Why this implementation runs. */
  readonly reason?: string
}

/** The port of streams over node:dgram: one wheel on one timer paces all streams of the process. */
export class DgramPort implements StreamPort, StreamHost, StreamPathHost {
  readonly kind = 'dgram'
  readonly reason: string
  readonly clock: Clock
  readonly wallOffsetMs: number
  readonly table = new StatisticsTable(256)
  readonly sendLag = new SendLag()
  readonly packets = new PacketPool()
  readonly rtcpIntervalMs: number
  readonly recording: RecordingBudget | undefined
  tap: PacketTap | undefined = undefined
  readonly #pairs: PortPairs
  readonly #wheel: PacingWheel
  readonly #streams: (DgramStream | undefined)[] = []
  readonly #paths = new Map<StreamHandle, StreamPath>()
  readonly #freeRows: StreamHandle[] = []
  readonly #malformed: Record<string, number> = {}
  readonly #srtpFailures: Record<string, number> = {}
  #strayPackets = 0
  #sendFailures = 0
  #open = 0
  #sweepRow = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: DgramPortOptions) {
    this.clock = options.clock
    this.reason = options.reason ?? 'node:dgram'
    this.rtcpIntervalMs = options.rtcpIntervalMs ?? 5000
    this.wallOffsetMs = Math.round(Date.now() - options.clock.nowMs())
    this.recording = options.recording && new RecordingBudget(options.recording)
    this.#wheel = new PacingWheel(options.clock.nowMs())
    const range = options.ports ?? { firstPort: 16_384, lastPort: 32_767 }
    this.#pairs = new PortPairs(range, options.recvBufferBytes ?? 262_144, options.clock, () => {
      this.#strayPackets++
    })
  }

  get statistics(): StatisticsView {
    return this.table
  }

  get counters(): PortCounters {
    return {
      malformed: this.#malformed,
      strayPackets: this.#strayPackets,
      srtpFailures: this.#srtpFailures,
      sendFailures: this.#sendFailures,
      streamsOpen: this.#open,
    }
  }

  async prepare(localHost: string, count: number, muxed = false): Promise<number> {
    if (muxed) await dtlsIdentity()
    return this.#pairs.prepare(localHost, count, muxed)
  }

  async open(spec: StreamSpec): Promise<OpenedStream | OpenFailure> {
    if (this.#closed) return closedFailure
    const rng = new Rng(spec.ssrc, 'rtp')
    const { sender } = spec
    const speaker = sender === undefined ? undefined : new Speaker(sender, this.wallOffsetMs)
    const track = openSpokenTrack(spec.source, spec.codec, spec.ptimeMs, rng, speaker)
    if (track.kind === 'audio-failure') return { kind: 'open-failure', text: track.text }
    const identity = spec.webrtc ? await dtlsIdentity() : undefined
    const pair = await this.#pairs.take(spec.localHost, identity !== undefined)
    if ('kind' in pair) return pair
    if (this.#closed) return closedFailure
    const handle = this.#takeRow()
    const settings: StreamSettings = {
      ...spec,
      receiving: true,
      remote: spec.remote && canonicalAddress(spec.remote),
      keys: identity ? 'awaited' : spec.keys,
      terminal: spec.terminal ?? usualTerminal,
      extendedReports: spec.extendedReports ?? noExtendedReports,
    }
    const stream = new DgramStream({ handle, settings, pair, track, rng, speaker }, this)
    stream.usePayloadTypes(payloadTypesOf(settings))
    pair.receiver = stream
    this.#streams[handle] = stream
    this.#open++
    if (stream.paced) this.#wheel.add(stream)
    this.#startTimer()
    if (spec.webrtc && identity) return await this.#openPath(stream, spec.webrtc, identity)
    return { kind: 'opened', handle, local: { host: pair.host, port: pair.port } }
  }

  async #openPath(stream: DgramStream, spec: WebRtcSpec, identity: DtlsIdentity): Promise<OpenedStream | OpenFailure> {
    const { handle, pair } = stream
    const path = new StreamPath(this, stream, spec, identity)
    this.#paths.set(handle, path)
    const text = await path.gather()
    if (this.#streams[handle] !== stream) return closedFailure
    if (text === undefined) {
      return { kind: 'opened', handle, local: { host: pair.host, port: pair.port }, webrtc: path.local }
    }
    this.remove(handle)
    return { kind: 'open-failure', text }
  }

  update(handle: StreamHandle, { webrtcRemote, ...change }: StreamChange): UpdateFailure | undefined {
    const stream = this.#stream(handle)
    const { settings } = stream
    const wasPaced = stream.paced
    const { source = settings.source, codec = settings.codec, ptimeMs = settings.ptimeMs } = change
    const isOther = source !== settings.source || codec !== settings.codec || ptimeMs !== settings.ptimeMs
    const track = isOther ? openSpokenTrack(source, codec, ptimeMs, stream.rng, stream.speaker) : undefined
    if (track?.kind === 'audio-failure') return { kind: 'update-failure', text: track.text }
    Object.assign(settings, change)
    if (change.remote) settings.remote = canonicalAddress(change.remote)
    if (track) stream.useTrack(track)
    if ('keys' in change) stream.security.useKeys(change.keys, this.clock.nowMs())
    stream.usePayloadTypes(payloadTypesOf(settings))
    if (webrtcRemote) this.#paths.get(handle)?.connect(webrtcRemote)
    if (change.receiving !== undefined) stream.pauseReceiving()
    if (stream.paced && !wasPaced) {
      stream.markTalkspurt()
      this.#wheel.add(stream)
    } else if (!stream.paced) this.#wheel.remove(stream)
    return undefined
  }

  watchPath(handle: StreamHandle, listener: (event: PathEvent) => void): void {
    const path = this.#paths.get(handle)
    if (path) path.listener = listener
  }

  restartIce(handle: StreamHandle): LocalWebRtc | undefined {
    return this.#paths.get(handle)?.restartIce()
  }

  useKeys({ handle }: DgramStream, keys: StreamKeys): void {
    this.update(handle, { keys })
  }

  countUnexpected({ handle }: DgramStream): void {
    this.table.unexpectedSource[handle]!++
  }

  dtmf(handle: StreamHandle, digits: string, toneMs: number, pauseMs: number): boolean {
    const stream = this.#stream(handle)
    if (stream.settings.telephoneEventPayloadType === undefined) return false
    stream.events.push(digits, toneMs, pauseMs)
    return true
  }

  dtmfReceived(handle: StreamHandle): string {
    return this.#stream(handle).received.digits
  }

  markAnswered(handle: StreamHandle, nowMs: number): void {
    this.#stream(handle).received.markAnswered(nowMs)
  }

  addresses(handle: StreamHandle): StreamAddresses {
    return this.#stream(handle).addresses()
  }

  report(handle: StreamHandle): StreamReport {
    const report = this.#stream(handle).report()
    return this.#paths.get(handle)?.complete(report) ?? report
  }

  remove(handle: StreamHandle): StreamReport {
    const stream = this.#stream(handle)
    this.#wheel.remove(stream)
    stream.end(this.clock.nowMs())
    const report = this.report(handle)
    stream.close()
    this.#paths.get(handle)?.close()
    this.#paths.delete(handle)
    this.#streams[handle] = undefined
    this.table.active[handle] = 0
    this.#freeRows.push(handle)
    if (stream.received.heard) stream.pair.rememberSource(stream.received.ssrc, stream.received.highestSequence)
    this.#pairs.give(stream.pair)
    this.#open--
    return report
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const stream of this.#streams) if (stream) this.remove(stream.handle)
    await this.#pairs.close()
  }

  countMalformed(kind: string): void {
    this.#malformed[kind] = (this.#malformed[kind] ?? 0) + 1
  }

  countSrtpFailure(kind: string): void {
    this.#srtpFailures[kind] = (this.#srtpFailures[kind] ?? 0) + 1
  }

  countSendFailure(): void {
    this.#sendFailures++
  }

  #stream(handle: StreamHandle): DgramStream {
    const stream = this.#streams[handle]
    if (!stream) throw new Error(`stream ${handle} is not open`)
    return stream
  }

  #takeRow(): StreamHandle {
    const row = this.#freeRows.pop() ?? this.#streams.length
    if (row >= this.table.capacity) this.table.grow(this.table.capacity * 2)
    this.table.clearRow(row)
    this.table.active[row] = 1
    this.#streams[row] ??= undefined
    return row
  }

  #startTimer(): void {
    if (this.#timer) return
    const timer = setTimeout(() => {
      if (this.#timer !== timer) return
      this.#wheel.run(this.clock.nowMs())
      this.#sweepReports()
      if (this.#open > 0) timer.refresh()
      else this.#timer = undefined
    }, 1)
    this.#timer = timer
  }

  /** A part of the streams at each run, all within about 64 ms. */
  #sweepReports(): void {
    const nowMs = this.clock.nowMs()
    const rows = this.#streams.length
    for (let left = Math.ceil(rows / reportSweepRuns); left > 0; left--) {
      this.#sweepRow = this.#sweepRow + 1 < rows ? this.#sweepRow + 1 : 0
      this.#streams[this.#sweepRow]?.sendDueReport(nowMs)
    }
  }
}
