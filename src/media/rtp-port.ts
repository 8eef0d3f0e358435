import type { Clock } from '../base/clock.js'
import { Rng } from '../base/rng.js'
import type { Address } from '../model/address.js'
import type { StreamReport } from '../model/record.js'
import type { StreamKeys } from '../model/srtp.js'
import type { JitterBufferSettings } from '../model/terminal.js'
import { canonicalAddress } from './canonical-address.js'
import { Speaker } from './mark/speaker.js'
import { openSpokenTrack } from './mark/spoken-track.js'
import type { NativeRtp } from './native-rtp.js'
import { PacketPool } from './packet-pool.js'
import { PortTally } from './port-tally.js'
import { ReceiveStatistics } from './receive-statistics.js'
import { payloadTypesOf } from './received-formats.js'
import type { Reception } from './reception.js'
import { RecordingBudget } from './recording/packet-keeper.js'
import type { RtpPortOptions, RtpPortParts } from './rtp-port-parts.js'
import { RtpStream } from './rtp-stream.js'
import { SendLag } from './send-lag.js'
import type { StatisticsTable, StatisticsView } from './statistics-view.js'
import { type StreamHost, settingsOf } from './stream-host.js'
import { StreamPacing } from './stream-pacing.js'
import { type PortUse, useOf } from './stream-place.js'
import { StreamPlaces } from './stream-places.js'
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
import { StreamTimer, type StreamTimerUser } from './stream-timer.js'
import { dtlsIdentity } from './webrtc/dtls/dtls-identity.js'
import type { RelayChannel } from './webrtc/servers/relay-channel.js'
import { StreamPath, type StreamPathHost } from './webrtc/stream-path.js'
import type { LocalWebRtc, PathEvent } from './webrtc/webrtc-spec.js'

const closedFailure: OpenFailure = { kind: 'open-failure', text: 'the port of streams is closed' }
const fullFailure: OpenFailure = { kind: 'open-failure', text: 'no port has room for more streams' }

/** The port of streams over sockets of either kind; one timer for what JavaScript sends and for RTCP. */
export class RtpPort implements StreamPort, StreamHost, StreamPathHost, StreamTimerUser {
  readonly kind: 'dgram' | 'native'
  readonly reason: string
  readonly clock: Clock
  readonly wallOffsetMs: number
  readonly table: StatisticsTable
  readonly sendLag: SendLag
  readonly packets = new PacketPool()
  readonly rtcpIntervalMs: number
  readonly recording: RecordingBudget | undefined
  #tap: PacketTap | undefined
  readonly #native: NativeRtp | undefined
  readonly #pacing: StreamPacing
  readonly #places: StreamPlaces
  readonly #streams: (RtpStream | undefined)[] = []
  readonly #paths = new Map<StreamHandle, StreamPath>()
  readonly #freeRows: StreamHandle[] = []
  readonly tally = new PortTally()
  #open = 0
  readonly #timer = new StreamTimer(this)
  #closed = false

  constructor(options: RtpPortOptions, parts: RtpPortParts) {
    this.clock = options.clock
    this.kind = parts.kind
    this.reason = parts.reason
    this.table = parts.table
    this.#native = parts.native
    this.#pacing = new StreamPacing(options.clock, parts.native)
    this.sendLag = new SendLag(parts.native?.memory.lag)
    this.rtcpIntervalMs = options.rtcpIntervalMs ?? 5000
    this.wallOffsetMs = Math.round(Date.now() - options.clock.nowMs())
    this.recording = options.recording && new RecordingBudget(options.recording)
    this.#places = new StreamPlaces(options, parts, this)
  }

  get statistics(): StatisticsView {
    return this.table
  }

  get tap(): PacketTap | undefined {
    return this.#tap
  }

  set tap(tap: PacketTap | undefined) {
    this.#native?.showSent(tap && ((row, packet, atMs) => tap(row, 'sent', 'rtp', packet, atMs)))
    this.#tap = tap
    for (const stream of this.#streams) if (stream) this.#native?.follow(stream)
  }

  get counters(): PortCounters {
    this.#places.settle()
    const sendFailures = this.tally.sendFailures + (this.#native?.memory.failures[0] ?? 0)
    const { sentUnseen = 0 } = this.#native ?? {}
    const { sharedPorts } = this.#places
    return { ...this.tally.counters, sendFailures, sentUnseen, sharedPorts, streamsOpen: this.#open }
  }

  async prepare(localHost: string, count: number, use: PortUse = 'own'): Promise<number> {
    if (use === 'muxed') await dtlsIdentity()
    return this.#places.prepare(localHost, count, use)
  }

  async open(spec: StreamSpec): Promise<OpenedStream | OpenFailure> {
    if (this.#closed) return closedFailure
    if (this.#native && this.#open >= this.table.capacity) return fullFailure
    const rng = new Rng(spec.ssrc, 'rtp')
    const speaker = spec.sender === undefined ? undefined : new Speaker(spec.sender, this.wallOffsetMs)
    const track = openSpokenTrack(spec.source, spec.codec, spec.ptimeMs, rng, speaker)
    if (track.kind === 'audio-failure') return { kind: 'open-failure', text: track.text }
    const identity = spec.webrtc ? await dtlsIdentity() : undefined
    const pair = await this.#places.take(spec.localHost, useOf(spec))
    if ('kind' in pair) return pair
    if (this.#closed) return closedFailure
    const handle = this.#takeRow()
    const settings = settingsOf(spec, identity !== undefined)
    if (pair.use === 'shared') settings.ssrc = this.#places.claimSsrc(spec.ssrc, () => rng.uint32())
    const stream = new RtpStream({ handle, settings, pair, track, rng, speaker }, this)
    stream.usePayloadTypes(payloadTypesOf(settings))
    pair.receiver = stream
    this.#streams[handle] = stream
    this.#open++
    this.#place(stream)
    const local = { host: pair.host, port: pair.port }
    const opened: OpenedStream = { kind: 'opened', handle, local, ssrc: settings.ssrc, webrtc: undefined }
    if (!spec.webrtc || !identity) return opened
    const path = new StreamPath(this, stream, spec.webrtc, identity)
    this.#paths.set(handle, path)
    const text = await path.gather()
    if (this.#streams[handle] !== stream) return closedFailure
    if (text === undefined) return { kind: 'opened', handle, local, ssrc: settings.ssrc, webrtc: path.local }
    this.remove(handle)
    return { kind: 'open-failure', text }
  }

  update(handle: StreamHandle, { webrtcRemote, ...change }: StreamChange): UpdateFailure | undefined {
    const stream = this.#stream(handle)
    const { settings } = stream
    const { source = settings.source, codec = settings.codec, ptimeMs = settings.ptimeMs } = change
    const isOther = source !== settings.source || codec !== settings.codec || ptimeMs !== settings.ptimeMs
    const track = isOther ? openSpokenTrack(source, codec, ptimeMs, stream.rng, stream.speaker) : undefined
    if (track?.kind === 'audio-failure') return { kind: 'update-failure', text: track.text }
    this.#place(stream, () => {
      Object.assign(settings, change)
      if (change.remote) settings.remote = canonicalAddress(change.remote)
      if (webrtcRemote) stream.sources = Uint32Array.from(webrtcRemote.ssrcs)
      if (track) stream.useTrack(track)
      if ('keys' in change) stream.security.useKeys(change.keys, this.clock.nowMs())
      stream.usePayloadTypes(payloadTypesOf(settings))
      if (change.receiving !== undefined) stream.pauseReceiving()
    })
    // May begin a route and keys at once, which are changes of their own.
    if (webrtcRemote) this.#paths.get(handle)?.connect(webrtcRemote)
    return undefined
  }

  moveRemote(handle: StreamHandle, remote: Address): void {
    const stream = this.#stream(handle)
    this.#place(stream, () => {
      stream.settings.remote = remote
    })
  }

  watchPath(handle: StreamHandle, listener: (event: PathEvent) => void): void {
    const path = this.#paths.get(handle)
    if (path) path.listener = listener
  }

  restartIce(handle: StreamHandle): LocalWebRtc | undefined {
    return this.#paths.get(handle)?.restartIce()
  }

  useKeys({ handle }: RtpStream, keys: StreamKeys): void {
    this.update(handle, { keys })
  }

  useRoute(stream: RtpStream, to: Address, relay: RelayChannel | undefined): void {
    this.#place(stream, () => stream.useRoute(to, relay))
  }

  countUnexpected({ handle }: RtpStream): void {
    this.table.unexpectedSource[handle]!++
  }

  dtmf(handle: StreamHandle, digits: string, toneMs: number, pauseMs: number): boolean {
    const stream = this.#stream(handle)
    if (stream.settings.telephoneEventPayloadType === undefined) return false
    this.#pacing.dtmf(stream, digits, toneMs, pauseMs)
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

  isProtected(handle: StreamHandle): boolean {
    return this.#stream(handle).security.suite !== undefined
  }

  report(handle: StreamHandle): StreamReport {
    const stream = this.#stream(handle)
    this.#native?.drain()
    this.#pacing.settle(stream)
    const report = stream.report()
    return this.#paths.get(handle)?.complete(report) ?? report
  }

  remove(handle: StreamHandle): StreamReport {
    const stream = this.#stream(handle)
    this.#places.stopCounting(stream)
    this.#native?.release(stream)
    this.#pacing.remove(stream)
    stream.end(this.clock.nowMs())
    const report = this.report(handle)
    stream.close()
    this.#paths.get(handle)?.close()
    this.#paths.delete(handle)
    this.#streams[handle] = undefined
    this.table.active[handle] = 0
    this.#freeRows.push(handle)
    const { heard, ssrc, highestSequence } = stream.received
    if (heard) stream.pair.formerSource = { ssrc, sequence: highestSequence }
    this.#places.give(stream)
    this.#open--
    return report
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer.stop()
    for (const stream of this.#streams) if (stream) this.remove(stream.handle)
    await this.#places.close()
    this.#native?.close()
  }

  get rows(): number {
    return this.#streams.length
  }

  get isPacing(): boolean {
    return this.#pacing.isPacing
  }

  onRun(): boolean {
    this.#pacing.run()
    this.#native?.drain()
    return this.#open > 0
  }

  onRow(row: number): number {
    const stream = this.#streams[row]
    if (!stream) return Number.POSITIVE_INFINITY
    stream.sendDueReport(this.clock.nowMs())
    this.#pacing.tend(stream)
    return stream.outgoing.track.marks ? 0 : stream.rtcpDueMs
  }

  openReception(row: StreamHandle, clockRate: number, ptimeMs: number, jitterBuffer: JitterBufferSettings): Reception {
    if (this.#native) return this.#native.openReception(row, clockRate, ptimeMs, jitterBuffer)
    return new ReceiveStatistics(this.table, row, clockRate, ptimeMs, jitterBuffer)
  }

  #stream(handle: StreamHandle): RtpStream {
    const stream = this.#streams[handle]
    if (!stream) throw new Error(`stream ${handle} is not open`)
    return stream
  }

  /** It is sent and received by its settings of now. */
  #place(stream: RtpStream, change = () => {}): void {
    this.#pacing.place(stream, change)
    this.#places.recall(stream)
    this.#native?.follow(stream)
    this.#places.follow(stream)
    this.#timer.start(stream.handle)
  }

  #takeRow(): StreamHandle {
    const row = this.#freeRows.pop() ?? this.#streams.length
    if (row >= this.table.capacity) this.table.grow(this.table.capacity * 2)
    this.table.clearRow(row)
    this.table.active[row] = 1
    this.#streams[row] ??= undefined
    return row
  }
}
